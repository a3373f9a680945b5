#include "stockpilot/json/summary_json.h"

static void write_summary(struct json_writer *json, const struct day_summary *summary,
                          const char *id_name, const char *total_name, bool with_change)
{
    json_begin_object(json);
    json_member_string(json, id_name, summary->summary_id);
    json_member_number_text(json, total_name, summary->total);
    if (with_change) {
        json_member_number_text(json, "changePercentage", summary->change_percentage);
    }
    json_member_timestamp(json, "date", summary->day);
    json_member_timestamp(json, "updatedAt", summary->updated_at);
    json_end_object(json);
}

void json_write_sales_summary(struct json_writer *json, const struct day_summary *summary)
{
    write_summary(json, summary, "salesSummaryId", "totalValue", true);
}

void json_write_purchase_summary(struct json_writer *json, const struct day_summary *summary)
{
    write_summary(json, summary, "purchaseSummaryId", "totalPurchased", true);
}

void json_write_expense_summary(struct json_writer *json, const struct day_summary *summary)
{
    write_summary(json, summary, "expenseSummaryId", "totalExpenses", false);
}

void json_write_expense_by_category(struct json_writer *json,
                                    const struct expense_by_category *expense)
{
    json_begin_object(json);
    json_member_string(json, "expenseByCategoryId", expense->expense_by_category_id);
    json_member_string(json, "expenseSummaryId", expense->expense_summary_id);
    json_member_string(json, "category", expense->category);
    json_member_string(json, "amount", expense->amount);
    json_member_timestamp(json, "date", expense->day);
    json_member_timestamp(json, "updatedAt", expense->updated_at);
    json_end_object(json);
}
