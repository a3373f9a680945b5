/* summary_json.h - the figures by day on the wire. */
#ifndef STOCKPILOT_JSON_SUMMARY_JSON_H
#define STOCKPILOT_JSON_SUMMARY_JSON_H

#include "stockpilot/domain/summary.h"
#include "stockpilot/json/json_write.h"

void json_write_sales_summary(struct json_writer *json, const struct day_summary *summary);
void json_write_purchase_summary(struct json_writer *json, const struct day_summary *summary);
void json_write_expense_summary(struct json_writer *json, const struct day_summary *summary);

/* Its amount is a string: clients of the former backend know it so. */
void json_write_expense_by_category(struct json_writer *json,
                                    const struct expense_by_category *expense);

#endif
