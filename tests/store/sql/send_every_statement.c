/*
 * send_every_statement - has the store send each of its statements to DATABASE_URL, often enough
 * that PostgreSQL has tried both a plan for the parameters and a generic one. It looks at no answer
 * beyond its success: tests/store/sql/plans reads in the server's log how they were carried out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/store/audit_store.h"
#include "stockpilot/store/notifications_store.h"
#include "stockpilot/store/products_store.h"
#include "stockpilot/store/reports_store.h"
#include "stockpilot/store/settings_store.h"
#include "stockpilot/store/summaries_store.h"
#include "stockpilot/store/users_store.h"

/* The sixth execution of a prepared statement is the first that may use a generic plan. */
#define ROUNDS 8
#define ARENA_LIMIT (16u << 20)
#define DEADLINE_MS 30000

static struct error error;
static struct store_request request = { .error = &error, .request_id = "plans" };

static void check(const char *what, enum error_kind kind)
{
    if (kind != ERROR_NONE) {
        fprintf(stderr, "%s: %s %s\n", what, error.detail, error.cause);
        exit(EXIT_FAILURE);
    }
}

static void next_request(void)
{
    arena_reset(request.arena);
    error_reset(&error);
    request.deadline = deadline_after_ms(DEADLINE_MS);
}

/* A copy that outlives the arena. Freed by nobody: the program ends soon. */
static const char *keep(const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL) {
        abort();
    }
    return copy;
}

static void see_a_person(void)
{
    static const struct user_sighting sighting = { "plans", "Plans", NULL, "admin" };
    const char *user_id;
    next_request();
    check("users_store_see", users_store_see(&request, &sighting, &user_id));
    request.actor_id = keep(user_id);
}

static const char *name_of(const struct product *product)
{
    return product->name;
}

static const char *price_of(const struct product *product)
{
    return product->price;
}

static const char *stock_of(const struct product *product)
{
    return product->stock_quantity;
}

static const char *updated_at_of(const struct product *product)
{
    return product->updated_at;
}

static const char *units_sold_of(const struct product *product)
{
    return product->units_sold;
}

/* The first page and the one after it, as a client follows them. */
static void list_products_by(struct product_list_query query,
                             const char *(*key)(const struct product *))
{
    struct product_page page;
    next_request();
    check("products_store_list", products_store_list(&request, &query, &page));
    if (page.count > 0) {
        const struct product *last = &page.items[page.count - 1];
        query.after_key = key(last);
        query.after_id = last->product_id;
        check("products_store_list, after", products_store_list(&request, &query, &page));
    }
}

static void list_products(const char *search)
{
    list_products_by((struct product_list_query){ .search = search, .limit = 100 }, name_of);
}

static void list_products_sorted(void)
{
    static const char *(*const keys[])(const struct product *) = { name_of, price_of, stock_of,
                                                                   updated_at_of, units_sold_of };
    for (unsigned sort = 0; sort < PRODUCT_SORT_COUNT; sort++) {
        struct product_list_query query = { .sort = (enum product_sort)sort, .limit = 100 };
        list_products_by(query, keys[sort / 2]);
        query.category = "Kitchen";
        list_products_by(query, keys[sort / 2]);
        query.low_stock = true;
        list_products_by(query, keys[sort / 2]);
        query.category = NULL;
        list_products_by(query, keys[sort / 2]);
        query.search = "umbrella";
        list_products_by(query, keys[sort / 2]);
        query.low_stock = false;
        list_products_by(query, keys[sort / 2]);
        query.search = "o";
        list_products_by(query, keys[sort / 2]);
    }
}

static void list_others(void)
{
    struct user_page users;
    struct expense_page expenses;
    struct dashboard dashboard;
    next_request();
    check("users_store_list", users_store_list(&request, NULL, NULL, 100, &users));
    check("users_store_list, after",
          users_store_list(&request, users.items[0].name, users.items[0].user_id, 100, &users));
    check("summaries_store_expenses",
          summaries_store_expenses(&request, NULL, NULL, 100, &expenses));
    check("summaries_store_expenses, after",
          summaries_store_expenses(&request, expenses.items[0].day,
                                   expenses.items[0].expense_by_category_id, 100, &expenses));
    check("summaries_store_dashboard", summaries_store_dashboard(&request, &dashboard));
}

static void read_reports(void)
{
    static const struct report_range year = { "2025-01-01", "2026-12-31" };
    static const struct report_range latest = { NULL, NULL };
    struct report report;
    struct stock_report stock;
    struct expense_report expenses;
    next_request();
    for (unsigned subject = 0; subject < REPORT_SUBJECT_COUNT; subject++) {
        check("reports_store_periods", reports_store_periods(&request, (enum report_subject)subject,
                                                             &year, "month", &report));
    }
    check("reports_store_expenses", reports_store_expenses(&request, &latest, &expenses));
    check("reports_store_stock", reports_store_stock(&request, &stock));
}

static void read_the_trail(const struct audit_query *query)
{
    struct audit_query next = *query;
    struct audit_page page;
    next_request();
    next.limit = 100;
    check("audit_store_list", audit_store_list(&request, &next, &page));
    if (page.count > 0) {
        next.after_id = page.items[page.count - 1].audit_id;
        check("audit_store_list, after", audit_store_list(&request, &next, &page));
    }
}

static void read_settings_and_trail(void)
{
    struct business_settings settings;
    next_request();
    check("settings_store_get", settings_store_get(&request, &settings));
    read_the_trail(&(struct audit_query){ .to = "9999-01-01" });
    read_the_trail(&(struct audit_query){ .table = "products", .from = "2000-01-01" });
    read_the_trail(&(struct audit_query){ .actor_id = request.actor_id });
    read_the_trail(&(struct audit_query){ .row_id = request.actor_id, .table = "users" });
}

static void list_notifications(const char *type, const char *is_read)
{
    struct notification_query query = { type, is_read, NULL, NULL, 50 };
    struct notification_page page;
    next_request();
    check("notifications_store_list", notifications_store_list(&request, &query, &page));
    if (page.count > 0) {
        query.after_created_at = page.items[page.count - 1].created_at;
        query.after_id = page.items[page.count - 1].notification_id;
        check("notifications_store_list, after", notifications_store_list(&request, &query, &page));
    }
}

static void write_a_product(void)
{
    struct product_change change = { .given = PRODUCT_NAME | PRODUCT_PRICE | PRODUCT_STOCK |
                                              PRODUCT_MINIMUM_STOCK,
                                     .name = "Plans",
                                     .price = { "1.00" },
                                     .stock_quantity = 20,
                                     .minimum_stock = 10 };
    struct product product;
    struct product_history history;
    const char *superseded;
    next_request();
    check("products_store_create", products_store_create(&request, &change, &product));
    const char *id = product.product_id;
    change.stock_quantity = 5;
    check("products_store_update",
          products_store_update(&request, id, &change, PRODUCT_ANY_VERSION, &product, &superseded));
    check("products_store_get", products_store_get(&request, id, &product, &history));
    check("products_store_remove",
          products_store_remove(&request, id, PRODUCT_ANY_VERSION, &superseded));

    change.given &= ~(unsigned)PRODUCT_STOCK;
    check("products_store_create, without stock",
          products_store_create(&request, &change, &product));
    check("products_store_remove, without history",
          products_store_remove(&request, product.product_id, PRODUCT_ANY_VERSION, &superseded));
}

static void read_the_busiest_product(void)
{
    struct dashboard dashboard;
    struct product product;
    struct product_history history;
    next_request();
    check("summaries_store_dashboard", summaries_store_dashboard(&request, &dashboard));
    check("products_store_get",
          products_store_get(&request, dashboard.products[0].product_id, &product, &history));
    check("products_store_get, without history",
          products_store_get(&request, dashboard.products[0].product_id, &product, NULL));
}

static void handle_a_notification(void)
{
    const struct new_notification own = { "system", "Plans", "Plans", request.actor_id };
    const struct new_notification everyones = { "system", "Plans", "Plans", NULL };
    struct notification notification;
    const char *count;
    next_request();
    check("notifications_store_create",
          notifications_store_create(&request, &everyones, &notification));
    check("notifications_store_mark_read",
          notifications_store_mark_read(&request, notification.notification_id, &notification));
    check("notifications_store_delete",
          notifications_store_delete(&request, notification.notification_id));
    check("notifications_store_create, own",
          notifications_store_create(&request, &own, &notification));
    check("notifications_store_delete, own",
          notifications_store_delete(&request, notification.notification_id));
    check("notifications_store_unread_count", notifications_store_unread_count(&request, &count));
}

/* These go through all of somebody's messages, or all products. */
static void do_it_to_all(void)
{
    struct notification_page page;
    const char *count;
    next_request();
    check("notifications_store_check_low_stock",
          notifications_store_check_low_stock(&request, NULL, &page));
    check("notifications_store_mark_all_read", notifications_store_mark_all_read(&request));
    check("notifications_store_delete_read", notifications_store_delete_read(&request, &count));
}

int main(void)
{
    const char *url = getenv("DATABASE_URL");
    if (url == NULL) {
        fputs("DATABASE_URL names the database\n", stderr);
        return EXIT_FAILURE;
    }
    request.store = store_new(url, 5000);
    request.arena = arena_new(ARENA_LIMIT);
    if (request.store == NULL || request.arena == NULL) {
        return EXIT_FAILURE;
    }
    see_a_person();
    for (int round = 0; round < ROUNDS; round++) {
        list_products(NULL);
        list_products("velvet");
        list_products("no. 12");
        list_products("o");
        list_products("storm umbrella");
        list_products("pear"); /* hundreds, side by side, behind thousands of other names */
        list_products("100% \\_");
        list_products_sorted();
        list_others();
        read_reports();
        read_settings_and_trail();
        list_notifications(NULL, NULL);
        list_notifications("order_notification", "false");
        list_notifications("stock_alert", NULL);
        read_the_busiest_product();
        write_a_product();
        handle_a_notification();
    }
    do_it_to_all();
    arena_free(request.arena);
    store_free(request.store);
    return EXIT_SUCCESS;
}
