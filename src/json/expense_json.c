#include "stockpilot/json/expense_json.h"

#include "stockpilot/json/actor_json.h"

void json_write_expense(struct json_writer *json, const struct expense *expense)
{
    json_begin_object(json);
    json_member_string(json, "expenseId", expense->expense_id);
    json_member_string(json, "category", expense->category);
    json_member_number_text(json, "amount", expense->amount);
    json_member_timestamp(json, "date", expense->spent_on);
    json_member_string(json, "note", expense->note);
    json_member_number_text(json, "version", expense->version);
    json_member_timestamp(json, "createdAt", expense->created_at);
    json_member_timestamp(json, "updatedAt", expense->updated_at);
    json_write_actor(json, expense->actor_id, expense->actor_name, expense->actor_email);
    json_end_object(json);
}
