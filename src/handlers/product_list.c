#include <string.h>

#include "product_answer.h"
#include "stockpilot/handlers/handlers.h"
#include "stockpilot/handlers/page.h"
#include "stockpilot/store/products_store.h"
#include "stockpilot/text/utf8.h"

#define PRODUCTS_DEFAULT_LIMIT 1000
#define SEARCH_MAX_CHARACTERS 200

/* The values of `sort`, and what a cursor holds with each. */
static const struct {
    const char *name;
    enum page_key key;
} sorts[PRODUCT_SORT_COUNT] = {
    [PRODUCT_BY_NAME] = { "name", PAGE_KEY_NAME },
    [PRODUCT_BY_NAME_DOWN] = { "-name", PAGE_KEY_NAME },
    [PRODUCT_BY_PRICE] = { "price", PAGE_KEY_MONEY },
    [PRODUCT_BY_PRICE_DOWN] = { "-price", PAGE_KEY_MONEY },
    [PRODUCT_BY_STOCK] = { "stockQuantity", PAGE_KEY_INTEGER },
    [PRODUCT_BY_STOCK_DOWN] = { "-stockQuantity", PAGE_KEY_INTEGER },
    [PRODUCT_BY_UPDATED] = { "updatedAt", PAGE_KEY_TIME },
    [PRODUCT_BY_UPDATED_DOWN] = { "-updatedAt", PAGE_KEY_TIME },
    [PRODUCT_BY_UNITS_SOLD] = { "unitsSold", PAGE_KEY_INTEGER },
    [PRODUCT_BY_UNITS_SOLD_DOWN] = { "-unitsSold", PAGE_KEY_INTEGER },
};

static const char *key_of(const struct product *product, enum product_sort sort)
{
    switch (sort) {
    case PRODUCT_BY_PRICE:
    case PRODUCT_BY_PRICE_DOWN:
        return product->price;
    case PRODUCT_BY_STOCK:
    case PRODUCT_BY_STOCK_DOWN:
        return product->stock_quantity;
    case PRODUCT_BY_UPDATED:
    case PRODUCT_BY_UPDATED_DOWN:
        return product->updated_at;
    case PRODUCT_BY_UNITS_SOLD:
    case PRODUCT_BY_UNITS_SOLD_DOWN:
        return product->units_sold;
    default:
        return product->name;
    }
}

static enum product_sort read_sort(struct exchange *exchange)
{
    const char *choices[PRODUCT_SORT_COUNT + 1] = { NULL };
    for (size_t i = 0; i < PRODUCT_SORT_COUNT; i++) {
        choices[i] = sorts[i].name;
    }
    const char *chosen = query_choice(&exchange->query, "sort", choices, exchange->error);
    size_t sort = 0;
    while (chosen != NULL && strcmp(chosen, sorts[sort].name) != 0) {
        sort++;
    }
    return (enum product_sort)sort;
}

/* NULL when it was not given or is empty. */
static const char *read_text(struct exchange *exchange, const char *name, size_t max_characters,
                             const char *too_long)
{
    const char *text = query_value(&exchange->query, name);
    if (text != NULL && utf8_count(text, strlen(text)) > max_characters) {
        query_refuse(exchange->error, name, "too_long", too_long);
    }
    return text != NULL && text[0] != '\0' ? text : NULL;
}

/* Unlike the others it may not be blank: whoever scans nothing is not shown everything. */
static const char *read_sku(struct exchange *exchange)
{
    const char *sku = query_value(&exchange->query, "sku");
    if (sku != NULL && sku[strspn(sku, " ")] == '\0') {
        query_refuse(exchange->error, "sku", "blank", "must not be empty");
    }
    return read_text(exchange, "sku", PRODUCT_MAX_SKU, "has at most 64 characters");
}

static enum error_kind read_query(struct exchange *exchange, struct product_list_query *query)
{
    static const char *const booleans[] = { "true", "false", NULL };
    struct page_request page = { 0 };
    query->sort = read_sort(exchange);
    enum error_kind kind =
        page_read(exchange, sorts[query->sort].key, PRODUCTS_DEFAULT_LIMIT, &page);
    query->search =
        read_text(exchange, "search", SEARCH_MAX_CHARACTERS, "has at most 200 characters");
    query->category =
        read_text(exchange, "category", PRODUCT_MAX_CATEGORY, "has at most 100 characters");
    query->sku = read_sku(exchange);
    const char *low = query_choice(&exchange->query, "lowStock", booleans, exchange->error);
    query->low_stock = low != NULL && strcmp(low, "true") == 0;
    query->after_key = page.after_key;
    query->after_id = page.after_id;
    query->limit = page.limit;
    return kind != ERROR_NONE ? kind : exchange->error->kind;
}

enum error_kind products_list(struct exchange *exchange)
{
    struct product_list_query query = { 0 };
    enum error_kind kind = read_query(exchange, &query);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct product_page found;
    kind = products_store_list(&request, &query, &found);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    size_t written = product_answer_write_list(exchange, &json, found.items, found.count);
    if (found.more || written < found.count) {
        const struct product *last = &found.items[written - 1];
        kind = page_link_next(exchange, key_of(last, query.sort), last->product_id);
    }
    return kind != ERROR_NONE ? kind : exchange_finish_json(exchange, 200);
}
