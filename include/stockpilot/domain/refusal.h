/* refusal.h - what stood against a change of stock, as the database found it. Texts are
 * PostgreSQL's. */
#ifndef STOCKPILOT_DOMAIN_REFUSAL_H
#define STOCKPILOT_DOMAIN_REFUSAL_H

#include <stddef.h>

enum refusal_problem {
    REFUSAL_UNKNOWN,  /* there is no such product */
    REFUSAL_ARCHIVED, /* the product is archived */
    REFUSAL_SHORTAGE, /* there is less in stock than `quantity`: `available` */
    REFUSAL_STALE,    /* the books had `expected` when it was counted, and have `available` now */
    REFUSAL_REVERSED, /* the movement was undone before, by `movement_id` */
    REFUSAL_IRREVERSIBLE /* the movement undoes another one, and is not undone itself */
};

struct refusal {
    enum refusal_problem problem;
    size_t line; /* of the document, counted from 0; 0 where there are no lines */
    const char *product_id;
    const char *product_name;
    const char *quantity;
    const char *available;
    const char *expected;
    const char *movement_id;
};

struct refusals {
    size_t count;
    const struct refusal *items;
};

#endif
