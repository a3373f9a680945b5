#include "product_answer.h"
#include "stockpilot/handlers/handlers.h"
#include "stockpilot/json/summary_json.h"
#include "stockpilot/store/summaries_store.h"

typedef void summary_writer(struct json_writer *json, const struct day_summary *summary);

static void write_days(struct json_writer *json, const char *name, size_t count,
                       const struct day_summary *days, summary_writer *write)
{
    json_write_name(json, name);
    json_begin_array(json);
    for (size_t i = 0; i < count; i++) {
        write(json, &days[i]);
    }
    json_end_array(json);
}

enum error_kind dashboard_get(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    struct dashboard dashboard;
    enum error_kind kind = summaries_store_dashboard(&request, &dashboard);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_object(&json);
    json_write_name(&json, "popularProducts");
    product_answer_write_list(exchange, &json, dashboard.products, dashboard.product_count);
    write_days(&json, "salesSummary", dashboard.sales_count, dashboard.sales,
               json_write_sales_summary);
    write_days(&json, "purchaseSummary", dashboard.purchase_count, dashboard.purchases,
               json_write_purchase_summary);
    write_days(&json, "expenseSummary", dashboard.expense_count, dashboard.expenses,
               json_write_expense_summary);
    json_write_name(&json, "expenseByCategorySummary");
    json_begin_array(&json);
    for (size_t i = 0; i < dashboard.category_count; i++) {
        json_write_expense_by_category(&json, &dashboard.categories[i]);
    }
    json_end_array(&json);
    json_end_object(&json);
    return exchange_finish_json(exchange, 200);
}
