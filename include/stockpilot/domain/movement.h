/* movement.h - the ledger of stock as it is read, and what a person may add to it by hand. */
#ifndef STOCKPILOT_DOMAIN_MOVEMENT_H
#define STOCKPILOT_DOMAIN_MOVEMENT_H

#include <stddef.h>

#include "stockpilot/domain/field_rule.h"

/* As read from the database: PostgreSQL's text, NULL for null. */
struct movement {
    const char *movement_id;
    const char *sequence; /* orders the movements of one product */
    const char *product_id;
    const char *type;
    const char *quantity;
    const char *quantity_after;
    const char *reason;
    const char *note;
    const char *sale_id;
    const char *purchase_id;
    const char *reversal_of;
    const char *reversal_id; /* the movement that undid it */
    const char *actor_id;
    const char *actor_name;
    const char *actor_email;
    const char *moved_at;
};

enum {
    ADJUSTMENT_QUANTITY = 1u << 0,
    ADJUSTMENT_REASON = 1u << 1,
    ADJUSTMENT_NOTE = 1u << 2,

    COUNT_COUNTED = 1u << 0,
    COUNT_EXPECTED = 1u << 1,
    COUNT_NOTE = 1u << 2,
    COUNT_AT = 1u << 3,

    REVERSAL_NOTE = 1u << 0
};

#define ADJUSTMENT_REQUIRED (ADJUSTMENT_QUANTITY | ADJUSTMENT_REASON)
#define COUNT_REQUIRED (COUNT_COUNTED | COUNT_EXPECTED)

struct new_adjustment {
    int64_t quantity; /* in or, negative, out */
    const char *reason;
    const char *note;
};

struct new_count {
    int64_t counted;
    int64_t expected;       /* what the books had when it was counted */
    const char *counted_at; /* NULL: now */
    const char *note;
};

struct new_reversal {
    const char *note;
};

const struct field_rule *adjustment_rules(size_t *count);
const struct field_rule *count_rules(size_t *count);
const struct field_rule *reversal_rules(size_t *count);

#endif
