#include <string.h>

#include "stockpilot/handlers/handlers.h"
#include "stockpilot/json/json_write.h"
#include "stockpilot/store/reports_store.h"

static enum error_kind read_range(struct exchange *exchange, struct report_range *range)
{
    range->from = query_day(&exchange->query, "from", exchange->error);
    range->to = query_day(&exchange->query, "to", exchange->error);
    /* Days are written so that their order is that of the texts. */
    if (range->from != NULL && range->to != NULL && strcmp(range->from, range->to) > 0) {
        return query_refuse(exchange->error, "to", "out_of_range", "is not before from");
    }
    return exchange->error->kind;
}

static void write_period(struct json_writer *json, const struct report_period *period)
{
    json_begin_object(json);
    json_member_timestamp(json, "from", period->first);
    json_member_timestamp(json, "to", period->last);
    json_member_number_text(json, "total", period->total);
    json_member_number_text(json, "days", period->days);
    json_member_timestamp(json, "updatedAt", period->updated_at);
    json_end_object(json);
}

/* What only the database could see: the day that is today is its own. */
static enum error_kind check_length(struct exchange *exchange, const struct report *report)
{
    if (report->count == 0) {
        return query_refuse(exchange->error, "from", "out_of_range", "is not after today");
    }
    if (report->count > REPORT_MAX_PERIODS) {
        return query_refuse(
            exchange->error, "from", "too_many_periods",
            "There are more than 1000 periods: ask for fewer days, or longer ones.");
    }
    return ERROR_NONE;
}

static enum error_kind answer_periods(struct exchange *exchange, enum report_subject subject)
{
    static const char *const periods[] = { "day", "week", "month", NULL };
    const char *by = query_choice(&exchange->query, "by", periods, exchange->error);
    struct report_range range;
    enum error_kind kind = read_range(exchange, &range);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct report report;
    kind = reports_store_periods(&request, subject, &range, by != NULL ? by : periods[0], &report);
    if (kind == ERROR_NONE) {
        kind = check_length(exchange, &report);
    }
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_array(&json);
    for (size_t i = 0; i < report.count; i++) {
        write_period(&json, &report.periods[i]);
    }
    json_end_array(&json);
    return exchange_finish_json(exchange, 200);
}

enum error_kind reports_sales(struct exchange *exchange)
{
    return answer_periods(exchange, REPORT_SALES);
}

enum error_kind reports_purchases(struct exchange *exchange)
{
    return answer_periods(exchange, REPORT_PURCHASES);
}

enum error_kind reports_expenses(struct exchange *exchange)
{
    return answer_periods(exchange, REPORT_EXPENSES);
}

static void write_value_members(struct json_writer *json, const struct stock_value *value)
{
    json_member_number_text(json, "products", value->products);
    json_member_number_text(json, "units", value->units);
    json_member_number_text(json, "valueAtPrice", value->value_at_price);
    json_member_number_text(json, "valueAtCost", value->value_at_cost);
    json_member_number_text(json, "unitsWithoutCost", value->units_without_cost);
}

enum error_kind reports_stock_value(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    struct stock_report report;
    enum error_kind kind = reports_store_stock(&request, &report);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_object(&json);
    write_value_members(&json, &report.all);
    json_write_name(&json, "categories");
    json_begin_array(&json);
    for (size_t i = 0; i < report.count; i++) {
        json_begin_object(&json);
        json_member_string(&json, "category", report.categories[i].category);
        write_value_members(&json, &report.categories[i]);
        json_end_object(&json);
    }
    json_end_array(&json);
    json_end_object(&json);
    return exchange_finish_json(exchange, 200);
}

enum error_kind reports_expense_summary(struct exchange *exchange)
{
    struct report_range range;
    enum error_kind kind = read_range(exchange, &range);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct expense_report report;
    kind = reports_store_expenses(&request, &range, &report);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (strcmp(report.first, report.last) > 0) {
        return query_refuse(exchange->error, "from", "out_of_range", "is not after today");
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_object(&json);
    json_member_timestamp(&json, "from", report.first);
    json_member_timestamp(&json, "to", report.last);
    json_member_number_text(&json, "total", report.total);
    json_member_timestamp(&json, "updatedAt", report.updated_at);
    json_write_name(&json, "categories");
    json_begin_array(&json);
    for (size_t i = 0; i < report.count; i++) {
        json_begin_object(&json);
        json_member_string(&json, "category", report.categories[i].category);
        json_member_number_text(&json, "amount", report.categories[i].amount);
        json_end_object(&json);
    }
    json_end_array(&json);
    json_end_object(&json);
    return exchange_finish_json(exchange, 200);
}
