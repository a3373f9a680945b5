#include "stockpilot/handlers/handlers.h"
#include "stockpilot/handlers/page.h"
#include "stockpilot/json/summary_json.h"
#include "stockpilot/store/summaries_store.h"

#define EXPENSES_DEFAULT_LIMIT 1000

enum error_kind expenses_list(struct exchange *exchange)
{
    struct page_request page;
    enum error_kind kind = page_read(exchange, PAGE_KEY_DAY, EXPENSES_DEFAULT_LIMIT, &page);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct expense_page found;
    kind = summaries_store_expenses(&request, page.after_key, page.after_id, page.limit, &found);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_array(&json);
    size_t written = 0;
    while (written < found.count && !page_is_full(exchange)) {
        json_write_expense_by_category(&json, &found.items[written++]);
    }
    json_end_array(&json);
    if (found.more || written < found.count) {
        const struct expense_by_category *last = &found.items[written - 1];
        kind = page_link_next(exchange, last->day, last->expense_by_category_id);
    }
    return kind != ERROR_NONE ? kind : exchange_finish_json(exchange, 200);
}
