/*
 * send_every_statement - has the store send each of its statements to DATABASE_URL, often enough
 * that PostgreSQL has tried both a plan for the parameters and a generic one. It looks at no answer
 * beyond its success: tests/store/sql/plans reads in the server's log how they were carried out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/store/daily_jobs_store.h"
#include "stockpilot/store/expenses_store.h"
#include "stockpilot/store/administration_store.h"
#include "stockpilot/store/audit_store.h"
#include "stockpilot/store/images_store.h"
#include "stockpilot/store/imports_store.h"
#include "stockpilot/store/notifications_store.h"
#include "stockpilot/store/outbox_store.h"
#include "stockpilot/store/products_store.h"
#include "stockpilot/store/subscriptions_store.h"
#include "stockpilot/store/stock_store.h"
#include "stockpilot/store/reports_store.h"
#include "stockpilot/store/settings_store.h"
#include "stockpilot/store/summaries_store.h"
#include "stockpilot/store/trade_store.h"
#include "stockpilot/store/user_pool_store.h"
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

static struct arena *kept;

/* A copy that outlives the request. */
static const char *keep(const char *text)
{
    char *copy = arena_copy(kept, text, strlen(text));
    if (copy == NULL) {
        abort();
    }
    return copy;
}

static void see_a_person(void)
{
    const int64_t now = clock_wall_seconds();
    const struct user_sighting sighting = { "plans", "Plans", NULL, "admin", now };
    const char *user_id;
    next_request();
    check("users_store_see", users_store_see(&request, &sighting, &user_id));
    request.actor_id = keep(user_id);
    request.token_role = "admin";
    request.token_issued_at = now;
    request.required_role = "admin";
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

static const char *some_sku(void)
{
    const struct product_list_query query = { .limit = 1 };
    struct product_page page;
    next_request();
    check("products_store_list, one", products_store_list(&request, &query, &page));
    return keep(page.items[0].sku);
}

static void list_products_sorted(void)
{
    const char *sku = some_sku();
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
        query.sku = sku;
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
    next_request();
    check("products_store_create", products_store_create(&request, &change, &product));
    const char *id = product.product_id;
    change.stock_quantity = 5;
    check("products_store_update",
          products_store_update(&request, id, &change, PRODUCT_ANY_VERSION, &product));
    check("products_store_get", products_store_get(&request, id, &product, &history));
    check("products_store_remove", products_store_remove(&request, id, PRODUCT_ANY_VERSION));

    change.given &= ~(unsigned)PRODUCT_STOCK;
    check("products_store_create, without stock",
          products_store_create(&request, &change, &product));
    check("products_store_remove, without history",
          products_store_remove(&request, product.product_id, PRODUCT_ANY_VERSION));
}

static void announce_an_image(const char *product_id, int number, char id[40])
{
    char key[64];
    snprintf(id, 40, "11111111-0000-4000-8000-%012d", number);
    snprintf(key, sizeof key, "products/%s.png", id);
    const struct image_announcement announcement = {
        id, product_id, key, "image/png", 1, 4102444800
    };
    check("images_store_announce", images_store_announce(&request, &announcement));
}

static void show_an_image(int round)
{
    struct product_change change = { .given = PRODUCT_NAME | PRODUCT_PRICE,
                                     .name = "Pictured",
                                     .price = { "1.00" } };
    struct product product;
    struct image_upload upload;
    char shown[40];
    char refused[40];
    next_request();
    check("products_store_create, pictured", products_store_create(&request, &change, &product));
    announce_an_image(product.product_id, 2 * round, shown);
    announce_an_image(product.product_id, 2 * round + 1, refused);
    check("images_store_find", images_store_find(&request, product.product_id, shown, &upload));
    check("images_store_reject", images_store_reject(&request, product.product_id, refused));
    check("images_store_confirm",
          images_store_confirm(&request, product.product_id, shown, PRODUCT_ANY_VERSION, &product));
    check("products_store_remove, pictured",
          products_store_remove(&request, product.product_id, PRODUCT_ANY_VERSION));
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

/* The next call that is done once has a key of its own. */
static void new_key(void)
{
    static unsigned number;
    static char key[32];
    snprintf(key, sizeof key, "plans %u", number++);
    request.idempotency_key = key;
    request.fingerprint = "\\x0000000000000000000000000000000000000000000000000000000000000000";
}

/* All, those of a product, those of a week; the first page and the one after it. */
static void list_trade(enum trade_kind kind, const char *product_id, const char *from)
{
    struct trade_query query = { .product_id = product_id, .from = from, .to = from, .limit = 100 };
    struct trade_rows rows;
    next_request();
    check("trade_store_list", trade_store_list(&request, kind, &query, &rows));
    if (rows.count > 0) {
        query.after_timestamp = rows.items[rows.count - 1].timestamp;
        query.after_id = rows.items[rows.count - 1].document_id;
        check("trade_store_list, after", trade_store_list(&request, kind, &query, &rows));
        check("trade_store_get", trade_store_get(&request, kind, query.after_id, &rows));
    }
}

static void trade(enum trade_kind kind, const char *product_id)
{
    struct new_trade document = { .note = "Plans", .line_count = 1 };
    struct trade_rows rows;
    struct refusals refusals;
    bool replayed;
    document.lines[0] = (struct new_trade_line){ product_id, 1, { "1.00" }, 0 };
    next_request();
    new_key();
    check("trade_store_record",
          trade_store_record(&request, kind, &document, &rows, &replayed, &refusals));
    check("trade_store_record, again",
          trade_store_record(&request, kind, &document, &rows, &replayed, &refusals));
}

static void move_stock(const char *product_id)
{
    const struct new_adjustment adjustment = { 5, "found", NULL };
    struct movement movement;
    struct movement_page page;
    struct count_record record;
    struct refusals refusals;
    bool replayed;
    next_request();
    new_key();
    check("stock_store_adjust",
          stock_store_adjust(&request, product_id, &adjustment, &movement, &replayed, &refusals));
    new_key();
    check("stock_store_reverse", stock_store_reverse(&request, movement.movement_id, NULL,
                                                     &movement, &replayed, &refusals));
    check("stock_store_movements", stock_store_movements(&request, product_id, NULL, 100, &page));
    check("stock_store_movements, after",
          stock_store_movements(&request, product_id, page.items[page.count - 1].sequence, 100,
                                &page));
    struct product product;
    check("products_store_get", products_store_get(&request, product_id, &product, NULL));
    const int64_t stock = strtoll(product.stock_quantity, NULL, 10);
    const struct new_count count = { stock + 1, stock, "2100-01-01T00:00:00Z", NULL };
    new_key();
    check("stock_store_count",
          stock_store_count(&request, product_id, &count, &record, &replayed, &refusals));
}

static void spend(void)
{
    const struct expense_query query = { .from = "2020-01-01", .limit = 100 };
    const struct expense_change input = { EXPENSE_AMOUNT, "Plans", { "1.00" }, NULL, NULL };
    struct expense_entries page;
    struct expense expense;
    bool replayed;
    next_request();
    check("expenses_store_list", expenses_store_list(&request, &query, &page));
    new_key();
    check("expenses_store_record", expenses_store_record(&request, &input, &expense, &replayed));
    const char *id = expense.expense_id;
    check("expenses_store_get", expenses_store_get(&request, id, &expense));
    check("expenses_store_change",
          expenses_store_change(&request, id, &input, EXPENSE_ANY_VERSION, &expense));
    check("expenses_store_void", expenses_store_void(&request, id, EXPENSE_ANY_VERSION));
}

/* A new product, and the same once more: by its sku it is there then. */
static void import_products(int round)
{
    char rows[160];
    struct import_outcome outcome;
    next_request();
    snprintf(rows, sizeof rows,
             "[{\"line\":1,\"bad\":false,\"given\":134,\"sku\":\"plans %d\",\"name\":\"Plans\","
             "\"price\":%d}]",
             round / 2, round);
    check("imports_store_products", imports_store_products(&request, rows, IMPORT_ALL, &outcome));
}

/* With the product that has the longest history. */
static void trade_in_the_busiest_product(void)
{
    struct dashboard dashboard;
    next_request();
    check("summaries_store_dashboard", summaries_store_dashboard(&request, &dashboard));
    const char *product_id = keep(dashboard.products[0].product_id);
    for (enum trade_kind kind = TRADE_SALE; kind <= TRADE_PURCHASE; kind++) {
        list_trade(kind, NULL, NULL);
        list_trade(kind, product_id, NULL);
        list_trade(kind, NULL, "2020-01-01");
        trade(TRADE_PURCHASE - kind, product_id); /* what is sold was bought first */
    }
    move_stock(product_id);
    spend();
    request.idempotency_key = NULL;
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

static void look_after_oneself(void)
{
    const struct account_change change = { .given = ACCOUNT_DIGEST_HOUR, .digest_hour = 7 };
    struct account account;
    next_request();
    request.note_sighting = true;
    check("users_store_self", users_store_self(&request, &account));
    request.note_sighting = false;
    check("users_store_change_self", users_store_change_self(&request, &change, &account));
}

#define CLAIMANT "11111111-0000-4000-8000-000000000001"

/* Invites somebody, and takes what was decided to the user pool. */
static void administer(int round)
{
    char email[40];
    char sub[40];
    snprintf(email, sizeof email, "plans-%d@example.com", round);
    snprintf(sub, sizeof sub, "plans-%d", round);
    const struct managed_change invitation = { .name = "Plans", .role = "staff", .email = email };
    const struct managed_change change = { .given = MANAGED_ROLE, .role = "viewer" };
    struct managed_user user;
    struct managed_page page;
    struct outbox_claims claims;
    struct user_pool_order order;
    bool made;
    next_request();
    check("administration_store_invite",
          administration_store_invite(&request, &invitation, &user, &made));
    const char *id = user.user.user_id;
    check("administration_store_get", administration_store_get(&request, id, &user));
    check("administration_store_change",
          administration_store_change(&request, id, &change, MANAGED_ANY_VERSION, &user));
    check("administration_store_list", administration_store_list(&request, NULL, NULL, 100, &page));
    check("administration_store_list, after",
          administration_store_list(&request, page.items[0].user.name, page.items[0].user.user_id,
                                    100, &page));
    check("outbox_store_claim",
          outbox_store_claim(&request, CLAIMANT, 10, 60000, "{user-pool}", &claims));
    check("user_pool_store_order",
          user_pool_store_order(&request, claims.items[0].outbox_id, &order));
    check("user_pool_store_invited", user_pool_store_invited(&request, sub, &order));
    check("user_pool_store_role_told", user_pool_store_role_told(&request, &order));
}

#define TOPICS "{stock-alerts,system-alerts}"

/* write_a_product() has left a message. */
static void work_off_the_outbox(void)
{
    struct outbox_claims claims;
    struct outbox_listing listing;
    struct subscription_claims subscriptions;
    enum outbox_refusal outcome;
    bool found;
    int64_t number;
    next_request();
    check("outbox_store_list", outbox_store_list(&request, 200, &listing));
    check("outbox_store_next_due", outbox_store_next_due(&request, TOPICS, 100, &number));
    struct outbox_figures figures;
    check("outbox_store_figures", outbox_store_figures(&request, TOPICS, &figures));
    check("outbox_store_claim", outbox_store_claim(&request, CLAIMANT, 10, 60000, TOPICS, &claims));
    const char *id = claims.items[0].outbox_id;
    check("outbox_store_failed", outbox_store_failed(&request, id, CLAIMANT, "x", 0, &found));
    check("outbox_store_claim", outbox_store_claim(&request, CLAIMANT, 10, 60000, TOPICS, &claims));
    check("outbox_store_refused",
          outbox_store_refused(&request, id, CLAIMANT, "x", 0, 2, &outcome));
    check("outbox_store_park", outbox_store_park(&request, id, &found));
    check("outbox_store_retry", outbox_store_retry(&request, id, &found));
    check("outbox_store_retry_parked", outbox_store_retry_parked(&request, &id));
    check("outbox_store_release", outbox_store_release(&request, CLAIMANT));
    check("outbox_store_claim", outbox_store_claim(&request, CLAIMANT, 10, 60000, TOPICS, &claims));
    check("outbox_store_sent",
          outbox_store_sent(&request, claims.items[0].outbox_id, CLAIMANT, &found));
    check("subscriptions_store_claim",
          subscriptions_store_claim(&request, 10, 60000, TOPICS, &subscriptions));
}

static void keep_house(void)
{
    const struct subscription nobodys = { CLAIMANT, "stock-alerts", "nobody@example.com", 1 };
    const char *day;
    int64_t count;
    next_request();
    check("daily_jobs_store_roll_up", daily_jobs_store_roll_up(&request, &count));
    check("daily_jobs_store_make_digests", daily_jobs_store_make_digests(&request, &count));
    check("daily_jobs_store_tidy", daily_jobs_store_tidy(&request, TOPICS, &count));
    check("daily_jobs_store_claim_verification",
          daily_jobs_store_claim_verification(&request, 60000, &day));
    check("daily_jobs_store_verified", daily_jobs_store_verified(&request, "2026-01-01", 0));
    check("subscriptions_store_tried",
          subscriptions_store_tried(&request, &nobodys, "x", 1000, 10));
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
    kept = arena_new(ARENA_LIMIT);
    if (request.store == NULL || request.arena == NULL || kept == NULL) {
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
        show_an_image(round);
        import_products(round);
        trade_in_the_busiest_product();
        handle_a_notification();
        look_after_oneself();
        administer(round);
        work_off_the_outbox();
        keep_house();
    }
    do_it_to_all();
    arena_free(kept);
    arena_free(request.arena);
    store_free(request.store);
    return EXIT_SUCCESS;
}
