/* expense_json.h - expenses, entry by entry, on the wire. */
#ifndef STOCKPILOT_JSON_EXPENSE_JSON_H
#define STOCKPILOT_JSON_EXPENSE_JSON_H

#include "stockpilot/domain/expense.h"
#include "stockpilot/json/json_write.h"

void json_write_expense(struct json_writer *json, const struct expense *expense);

#endif
