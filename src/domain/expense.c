#include "stockpilot/domain/expense.h"

/* 999 999 999 999.99, what numeric(14,2) holds. */
#define MAX_AMOUNT 99999999999999LL

#define MEMBER(name) offsetof(struct expense_change, name)

/* clang-format off */
static const struct field_rule rules[] = {
    { "category", FIELD_LINE, EXPENSE_CATEGORY, MEMBER(category), false, 1, 100, 0, NULL },
    { "amount", FIELD_DECIMAL, EXPENSE_AMOUNT, MEMBER(amount), false, 1, MAX_AMOUNT, 2, NULL },
    { "date", FIELD_DAY, EXPENSE_DATE, MEMBER(spent_on), false, 0, 0, 0, NULL },
    { "note", FIELD_TEXT, EXPENSE_NOTE, MEMBER(note), true, 0, 1000, 0, NULL },
    { "expenseId", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "version", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "createdAt", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "updatedAt", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "userId", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "user", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
};
/* clang-format on */

const struct field_rule *expense_rules(size_t *count)
{
    *count = sizeof rules / sizeof *rules;
    return rules;
}
