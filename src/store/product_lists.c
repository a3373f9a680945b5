#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pipeline.h"
#include "product_row.h"
#include "stockpilot/store/products_store.h"
#include "stockpilot/text/buffer.h"

/* The whole catalogue is walked in the order of an index, $2 and $3 being the place to go on from.
 */
#define WALK(KEY, DIRECTION, PLACE)                                                                \
    "SELECT " PRODUCT_COLUMNS " FROM products WHERE archived_at IS NULL" PLACE " ORDER BY " KEY    \
    " " DIRECTION ", product_id " DIRECTION " LIMIT $1::bigint"

/* With a filter, all that one of them finds is collected by its index, then sifted by the others
 * and sorted. OFFSET 0 keeps the planner from walking the sort's index instead, in the hope of a
 * full page soon. $2 is the pattern of a search, $3 the category, $4 whether the stock must be low,
 * $5 and $6 the place to go on from; each may be null. $7 is the article number, where it is what
 * is found by. */
#define SIFTED                                                                                     \
    " AND ($2::text IS NULL OR search_name LIKE (SELECT lower($2)))"                               \
    " AND ($3::text IS NULL OR category = $3)"                                                     \
    " AND ($4::boolean IS NULL OR stock_quantity < minimum_stock)"
#define COLLECT(FOUND_BY, KEY, TYPE, AFTER, DIRECTION)                                             \
    "SELECT " PRODUCT_COLUMNS " FROM (SELECT " PRODUCT_COLUMNS ", search_name FROM products"       \
    " WHERE archived_at IS NULL AND " FOUND_BY ") matching"                                        \
    " WHERE ($5::" TYPE " IS NULL OR (" KEY ", product_id) " AFTER " ($5::" TYPE                   \
    ", $6::uuid))" SIFTED " ORDER BY " KEY " " DIRECTION ", product_id " DIRECTION                 \
    " LIMIT $1::bigint"

/* In the order of the names, a category has an index that gives it so. No name is empty. */
#define CATEGORY_BY_NAME                                                                           \
    "SELECT " PRODUCT_COLUMNS " FROM products WHERE archived_at IS NULL AND " BY_CATEGORY          \
    " AND (name, product_id) > (coalesce($5, ''), coalesce($6::uuid, "                             \
    "'00000000-0000-0000-0000-000000000000'))" SIFTED                                              \
    " ORDER BY name, product_id LIMIT $1::bigint"

#define BY_PATTERN "search_name LIKE (SELECT lower($2))"
#define BY_CATEGORY "category = $3"
#define BY_LOW_STOCK "stock_quantity < minimum_stock"
#define BY_SKU "lower(sku) = lower($7)"
/* Less than three letters in a row are in no index: this one reads the catalogue, and says so,
 * since the index of trigrams would be read from end to end before. */
#define BY_SHORT_PATTERN "search_name || '' LIKE (SELECT lower($2))"

#define ALL_OF_THEM " OFFSET 0"
/* PostgreSQL takes a third of the products for low on stock. A limit that it cannot see, greater
 * than any shop, has it read the index of those that are. */
#define ALL_LOW_ONES " ORDER BY name, product_id LIMIT (SELECT 2147483647)"

enum list_filter {
    FILTER_NONE,
    FILTER_NONE_AFTER,
    FILTER_PATTERN,
    FILTER_SHORT_PATTERN,
    FILTER_CATEGORY,
    FILTER_LOW_STOCK,
    FILTER_SKU,
    FILTER_COUNT
};

#define UNFILTERED(SORT, KEY, TYPE, AFTER, DIRECTION)                                              \
    [FILTER_NONE] = { "products_" SORT, WALK(KEY, DIRECTION, ""), 1 }, [FILTER_NONE_AFTER] = {     \
        "products_" SORT "_after",                                                                 \
        WALK(KEY, DIRECTION, " AND (" KEY ", product_id) " AFTER " ($2::" TYPE ", $3::uuid)"), 3   \
    }
#define FILTERED(SORT, FILTER, FOUND_BY, KEY, TYPE, AFTER, DIRECTION)                              \
    {                                                                                              \
        "products_" SORT "_" FILTER, COLLECT(FOUND_BY, KEY, TYPE, AFTER, DIRECTION), 6             \
    }
#define OF_SKU(SORT, KEY, TYPE, AFTER, DIRECTION)                                                  \
    [FILTER_SKU] = { "products_" SORT "_of_sku",                                                   \
                     COLLECT(BY_SKU ALL_OF_THEM, KEY, TYPE, AFTER, DIRECTION), 7 }
#define SEARCHED(SORT, ...)                                                                        \
    [FILTER_PATTERN] = FILTERED(SORT, "search", BY_PATTERN ALL_OF_THEM, __VA_ARGS__),              \
    [FILTER_SHORT_PATTERN] =                                                                       \
        FILTERED(SORT, "short_search", BY_SHORT_PATTERN ALL_OF_THEM, __VA_ARGS__)
#define EVERY_FILTER(SORT, ...)                                                                    \
    {                                                                                              \
        UNFILTERED(SORT, __VA_ARGS__), SEARCHED(SORT, __VA_ARGS__),                                \
            [FILTER_CATEGORY] =                                                                    \
                FILTERED(SORT, "of_category", BY_CATEGORY ALL_OF_THEM, __VA_ARGS__),               \
            [FILTER_LOW_STOCK] =                                                                   \
                FILTERED(SORT, "low_stock", BY_LOW_STOCK ALL_LOW_ONES, __VA_ARGS__),               \
            OF_SKU(SORT, __VA_ARGS__)                                                              \
    }

/* A connection prepares those that it is asked for. */
static const struct statement lists[PRODUCT_SORT_COUNT][FILTER_COUNT] = {
    [PRODUCT_BY_NAME] = { UNFILTERED("by_name", "name", "text", ">", "ASC"),
                          SEARCHED("by_name", "name", "text", ">", "ASC"),
                          [FILTER_CATEGORY] = { "products_by_name_of_category", CATEGORY_BY_NAME,
                                                6 },
                          [FILTER_LOW_STOCK] =
                              FILTERED("by_name", "low_stock", BY_LOW_STOCK ALL_LOW_ONES, "name",
                                       "text", ">", "ASC"),
                          OF_SKU("by_name", "name", "text", ">", "ASC") },
    [PRODUCT_BY_NAME_DOWN] = EVERY_FILTER("by_name_down", "name", "text", "<", "DESC"),
    [PRODUCT_BY_PRICE] = EVERY_FILTER("by_price", "price", "numeric", ">", "ASC"),
    [PRODUCT_BY_PRICE_DOWN] = EVERY_FILTER("by_price_down", "price", "numeric", "<", "DESC"),
    [PRODUCT_BY_STOCK] = EVERY_FILTER("by_stock", "stock_quantity", "bigint", ">", "ASC"),
    [PRODUCT_BY_STOCK_DOWN] =
        EVERY_FILTER("by_stock_down", "stock_quantity", "bigint", "<", "DESC"),
    [PRODUCT_BY_UPDATED] = EVERY_FILTER("by_updated", "updated_at", "timestamptz", ">", "ASC"),
    [PRODUCT_BY_UPDATED_DOWN] =
        EVERY_FILTER("by_updated_down", "updated_at", "timestamptz", "<", "DESC"),
    [PRODUCT_BY_UNITS_SOLD] = EVERY_FILTER("by_units_sold", "units_sold", "bigint", ">", "ASC"),
    [PRODUCT_BY_UNITS_SOLD_DOWN] =
        EVERY_FILTER("by_units_sold_down", "units_sold", "bigint", "<", "DESC"),
};

/* Both kinds of search hide the pattern and the limit from the planner, in subselects: a plan made
 * with them is then no better than the one without, so PostgreSQL keeps the latter and plans once
 * per connection, not once per request, which costs more than a small shop takes to search.
 *
 * With three letters in a row there are trigrams to look for, and the index of them finds all that
 * matches. OFFSET 0 keeps the planner from walking the names in order instead, in the hope of a
 * full page soon: what matches may stand together far along. */
#define SEARCH_BEGIN                                                                               \
    "SELECT " PRODUCT_COLUMNS " FROM (SELECT " PRODUCT_COLUMNS " FROM products"                    \
    " WHERE archived_at IS NULL AND search_name LIKE (SELECT lower($2))"
#define SEARCH_END                                                                                 \
    " OFFSET 0) matching"                                                                          \
    " ORDER BY name, product_id LIMIT $1::bigint"

static const struct statement search = {
    "products_search",
    SEARCH_BEGIN SEARCH_END,
    2,
};

static const struct statement search_after = {
    "products_search_after",
    SEARCH_BEGIN " AND (name, product_id) > ($3, $4::uuid)" SEARCH_END,
    4,
};

/* With fewer there may be none, and the index of trigrams would be read from end to end. These walk
 * the names in order, in products_name_idx alone, which has search_name in it; the products
 * themselves are read only for the page. */
#define SHORT_SEARCH_BEGIN                                                                         \
    "SELECT " PRODUCT_COLUMNS " FROM products WHERE product_id = ANY (ARRAY("                      \
    "SELECT product_id FROM products"                                                              \
    " WHERE archived_at IS NULL AND search_name LIKE (SELECT lower($2))"
#define SHORT_SEARCH_END                                                                           \
    " ORDER BY name, product_id LIMIT (SELECT $1::bigint)))"                                       \
    " ORDER BY name, product_id"

static const struct statement short_search = {
    "products_short_search",
    SHORT_SEARCH_BEGIN SHORT_SEARCH_END,
    2,
};

static const struct statement short_search_after = {
    "products_short_search_after",
    SHORT_SEARCH_BEGIN " AND (name, product_id) > ($3, $4::uuid)" SHORT_SEARCH_END,
    4,
};

/* Whether three letters or digits stand in a row, as pg_trgm counts them; outside ASCII each lead
 * byte is taken for one, which at worst costs time. */
static bool has_trigram(const char *part)
{
    int in_a_row = 0;
    for (; *part != '\0' && in_a_row < 3; part++) {
        unsigned char byte = (unsigned char)*part;
        if (byte >= 0xC0 || isalnum(byte)) {
            in_a_row++;
        } else if (byte < 0x80) {
            in_a_row = 0;
        }
    }
    return in_a_row == 3;
}

/* The part of a name as a LIKE pattern in which every character stands for itself. */
static const char *contains_pattern(struct arena *arena, const char *part)
{
    struct buffer pattern;
    buffer_init(&pattern, arena, 2 * strlen(part) + 3);
    buffer_append_char(&pattern, '%');
    for (; *part != '\0'; part++) {
        if (strchr("\\%_", *part) != NULL) {
            buffer_append_char(&pattern, '\\');
        }
        buffer_append_char(&pattern, *part);
    }
    buffer_append(&pattern, "%", 2);
    return buffer_failed(&pattern) ? NULL : pattern.bytes;
}

static enum error_kind page_from_result(const struct store_request *request, const PGresult *result,
                                        int64_t limit, struct product_page *page)
{
    bool more;
    size_t count = result_page(result, limit, &more);
    const struct product *items = products_from_rows(request->arena, result, count);
    if (items == NULL) {
        return store_no_memory(request);
    }
    *page = (struct product_page){ count, items, more };
    return ERROR_NONE;
}

/* The filter that finds least is the one to collect by. */
static enum list_filter choose_filter(const struct product_list_query *query)
{
    if (query->sku != NULL) {
        return FILTER_SKU;
    }
    if (query->search != NULL && has_trigram(query->search)) {
        return FILTER_PATTERN;
    }
    if (query->low_stock) {
        return FILTER_LOW_STOCK;
    }
    if (query->category != NULL) {
        return FILTER_CATEGORY;
    }
    if (query->search != NULL) {
        return FILTER_SHORT_PATTERN;
    }
    return query->after_id == NULL ? FILTER_NONE : FILTER_NONE_AFTER;
}

/* The usual search: by name, and nothing else to sift by. */
static struct call call_search(const struct product_list_query *query, const char *rows,
                               const char *pattern)
{
    bool trigrams = has_trigram(query->search);
    return query->after_id == NULL
               ? (struct call){ trigrams ? &search : &short_search, { rows, pattern } }
               : (struct call){ trigrams ? &search_after : &short_search_after,
                                { rows, pattern, query->after_key, query->after_id } };
}

static struct call call_list(const struct product_list_query *query, const char *rows,
                             const char *pattern)
{
    enum list_filter filter = choose_filter(query);
    const struct statement *statement = &lists[query->sort][filter];
    if (filter == FILTER_NONE || filter == FILTER_NONE_AFTER) {
        return (struct call){ statement, { rows, query->after_key, query->after_id } };
    }
    return (struct call){ statement,
                          { rows, pattern, query->category, query->low_stock ? "true" : NULL,
                            query->after_key, query->after_id, query->sku } };
}

enum error_kind products_store_list(const struct store_request *request,
                                    const struct product_list_query *query,
                                    struct product_page *page)
{
    char rows[24];
    snprintf(rows, sizeof rows, "%" PRId64, query->limit + 1);
    const char *pattern = NULL;
    if (query->search != NULL) {
        pattern = contains_pattern(request->arena, query->search);
        if (pattern == NULL) {
            return store_no_memory(request);
        }
    }
    bool plain_search = query->search != NULL && query->category == NULL && query->sku == NULL &&
                        !query->low_stock && query->sort == PRODUCT_BY_NAME;
    const struct call call =
        plain_search ? call_search(query, rows, pattern) : call_list(query, rows, pattern);
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    return kind != ERROR_NONE ? kind : page_from_result(request, result, query->limit, page);
}
