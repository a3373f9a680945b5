/* expense.h - what was spent, entry by entry. Figures by day and category are summary.h's. */
#ifndef STOCKPILOT_DOMAIN_EXPENSE_H
#define STOCKPILOT_DOMAIN_EXPENSE_H

#include <stddef.h>

#include "stockpilot/domain/field_rule.h"

/* As read from the database: PostgreSQL's text, NULL for null. */
struct expense {
    const char *expense_id;
    const char *category;
    const char *amount;
    const char *spent_on;
    const char *note;
    const char *version;
    const char *created_at;
    const char *updated_at;
    const char *actor_id;
    const char *actor_name;
    const char *actor_email;
};

/* The bits of change_expense() in sql/migrations/0010_trade.sql. */
enum {
    EXPENSE_CATEGORY = 1u << 0,
    EXPENSE_AMOUNT = 1u << 1,
    EXPENSE_DATE = 1u << 2,
    EXPENSE_NOTE = 1u << 3
};

#define EXPENSE_REQUIRED (EXPENSE_CATEGORY | EXPENSE_AMOUNT)

/* What a client sent; `given` says which fields count. */
struct expense_change {
    unsigned given;
    const char *category;
    struct decimal_text amount;
    const char *spent_on; /* NULL in a new one: today */
    const char *note;
};

const struct field_rule *expense_rules(size_t *count);

#endif
