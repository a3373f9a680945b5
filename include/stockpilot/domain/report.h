/* report.h - figures of a range of days of the business. Texts are PostgreSQL's. */
#ifndef STOCKPILOT_DOMAIN_REPORT_H
#define STOCKPILOT_DOMAIN_REPORT_H

/* A day, a week from Monday, or a month, or what of it lies in the range that was asked for. */
struct report_period {
    const char *first; /* its first and last day */
    const char *last;
    const char *total;      /* money */
    const char *days;       /* how many of its days have any */
    const char *updated_at; /* when its figures last changed; NULL: it has none */
};

/* Products of one category, or of the whole catalogue. */
struct stock_value {
    const char *category; /* NULL: of those without one, and of all */
    const char *products;
    const char *units;
    const char *value_at_price;
    const char *value_at_cost; /* of the units whose cost is known; NULL: of none of them */
    const char *units_without_cost;
};

struct category_expense {
    const char *category;
    const char *amount;
};

#endif
