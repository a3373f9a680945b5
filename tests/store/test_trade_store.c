/*
 * Sales and purchases on a real PostgreSQL: what a record says of itself, what is refused, and that
 * a document is booked once for its key whatever happens to the connection. AC-58, AC-87.
 */
#include <stdio.h>
#include <string.h>

#include "../unit/run_suite.h"
#include "stockpilot/store/trade_store.h"
#include "store_fixture.h"

#define ACTOR "00000000-0000-4000-8000-0000000000aa"
#define LAMP "00000000-0000-4000-8000-000000000001"
#define CHAIR "00000000-0000-4000-8000-000000000002"
#define GONE "00000000-0000-4000-8000-000000000003"
#define NOBODY "00000000-0000-4000-8000-000000000004"
#define FINGERPRINT "\\x0000000000000000000000000000000000000000000000000000000000000001"
#define OTHER_FINGERPRINT "\\x0000000000000000000000000000000000000000000000000000000000000002"

static struct store_fixture fixture;
static struct trade_rows rows;
static struct refusals refusals;
static bool replayed;
static char key[32];

static const char *sql(const char *text)
{
    return store_fixture_sql(&fixture, text);
}

/* Each test has its own process, products and key, in the database that all of them share. */
static void setup(void)
{
    store_fixture_open(&fixture);
    snprintf(key, sizeof key, "key %s", sql("SELECT txid_current()"));
    sql("INSERT INTO users (user_id, cognito_sub, name, role) VALUES ('" ACTOR "', 'sub', 'Ann',"
        " 'staff') ON CONFLICT DO NOTHING");
    sql("INSERT INTO products (product_id, name, price, minimum_stock, archived_at) VALUES"
        " ('" LAMP "', 'Lamp', 19.99, 0, NULL), ('" CHAIR "', 'Chair', 5, 0, NULL),"
        " ('" GONE "', 'Gone', 1, 0, now()) ON CONFLICT DO NOTHING");
    sql("SELECT set_stock('" LAMP "', 10)");
    sql("SELECT set_stock('" CHAIR "', 5)");
}

static void teardown(void)
{
    store_fixture_close(&fixture);
}

static struct store_request request_with_key(void)
{
    struct store_request request = store_fixture_request(&fixture, 5000);
    request.actor_id = ACTOR;
    request.idempotency_key = key;
    request.fingerprint = FINGERPRINT;
    memset(&refusals, 0, sizeof refusals);
    return request;
}

/* The products with the quantity and unit amount on each line; positions count by tens. */
static struct new_trade document(size_t count, const char *const *products, int64_t quantity,
                                 const char *unit_amount)
{
    struct new_trade trade = { .note = "Note", .supplier = "Acme", .line_count = count };
    for (size_t i = 0; i < count; i++) {
        trade.lines[i].product_id = products[i];
        trade.lines[i].quantity = quantity;
        trade.lines[i].position = 10 * i;
        snprintf(trade.lines[i].unit_amount.text, sizeof trade.lines[i].unit_amount.text, "%s",
                 unit_amount);
    }
    return trade;
}

static const char *const lamp[] = { LAMP };
static const char *const both[] = { LAMP, CHAIR };

static enum error_kind sell(const struct store_request *request, int64_t quantity)
{
    const struct new_trade trade = document(1, lamp, quantity, "");
    return trade_store_record(request, TRADE_SALE, &trade, &rows, &replayed, &refusals);
}

static const char *sales_of_this_key(void)
{
    char text[160];
    snprintf(text, sizeof text,
             "SELECT count(*) FROM sales WHERE sale_id::text IN (SELECT answer -> 0 ->> 'sale_id'"
             " FROM idempotency_keys WHERE key = '%s')",
             key);
    return sql(text);
}

static const char *stock_of_lamp(void)
{
    return sql("SELECT stock_quantity FROM products WHERE product_id = '" LAMP "'");
}

START_TEST(a_sale_says_what_was_sold_to_whom_and_for_how_much)
{
    const struct store_request request = request_with_key();
    const struct new_trade trade = document(2, both, 2, "");
    ck_assert_msg(trade_store_record(&request, TRADE_SALE, &trade, &rows, &replayed, &refusals) ==
                      ERROR_NONE,
                  "%s", fixture.error.cause);
    ck_assert(!replayed);
    ck_assert_uint_eq(rows.count, 2);
    ck_assert_str_eq(rows.items[0].product_name, "Chair");
    ck_assert_str_eq(rows.items[1].product_name, "Lamp");
    ck_assert_str_eq(rows.items[1].unit_amount, "19.99");
    ck_assert_str_eq(rows.items[1].total_amount, "39.98");
    ck_assert_str_eq(rows.items[1].document_total, "49.98");
    ck_assert_str_eq(rows.items[1].actor_name, "Ann");
    ck_assert_str_eq(rows.items[1].note, "Note");
    ck_assert_ptr_null(rows.items[1].supplier);
    ck_assert_ptr_nonnull(rows.items[1].movement_id);
    ck_assert_ptr_null(rows.items[1].reversal_id);

    struct trade_rows read;
    ck_assert_int_eq(trade_store_get(&request, TRADE_SALE, rows.items[0].document_id, &read),
                     ERROR_NONE);
    ck_assert_uint_eq(read.count, 2);
    ck_assert_str_eq(read.items[1].line_id, rows.items[1].line_id);
    ck_assert_str_eq(read.items[1].document_total, "49.98");
    ck_assert_int_eq(trade_store_get(&request, TRADE_PURCHASE, rows.items[0].document_id, &read),
                     ERROR_NOT_FOUND);
}
END_TEST

START_TEST(a_purchase_has_a_supplier_and_exact_costs)
{
    const struct store_request request = request_with_key();
    const struct new_trade trade = document(1, lamp, 6, "1.2345");
    ck_assert_int_eq(
        trade_store_record(&request, TRADE_PURCHASE, &trade, &rows, &replayed, &refusals),
        ERROR_NONE);
    ck_assert_str_eq(rows.items[0].supplier, "Acme");
    ck_assert_str_eq(rows.items[0].unit_amount, "1.2345");
    ck_assert_str_eq(rows.items[0].total_amount, "7.41");
    ck_assert_str_eq(stock_of_lamp(), "16");
}
END_TEST

START_TEST(a_document_is_booked_once_for_its_key) /* AC-87 */
{
    struct store_request request = request_with_key();
    ck_assert_int_eq(sell(&request, 3), ERROR_NONE);
    ck_assert(!replayed);
    const char *sale_id = rows.items[0].document_id;
    ck_assert_int_eq(sell(&request, 3), ERROR_NONE);
    ck_assert(replayed);
    ck_assert_str_eq(rows.items[0].document_id, sale_id);
    ck_assert_str_eq(rows.items[0].quantity, "3");
    ck_assert_str_eq(stock_of_lamp(), "7");

    request.fingerprint = OTHER_FINGERPRINT;
    ck_assert_int_eq(sell(&request, 3), ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(fixture.error.detail, "another request"));
    ck_assert_str_eq(stock_of_lamp(), "7");
}
END_TEST

START_TEST(a_key_that_has_expired_is_a_new_one)
{
    const struct store_request request = request_with_key();
    ck_assert_int_eq(sell(&request, 3), ERROR_NONE);
    sql("UPDATE idempotency_keys SET expires_at = now()");
    ck_assert_int_eq(sell(&request, 3), ERROR_NONE);
    ck_assert(!replayed);
    ck_assert_str_eq(stock_of_lamp(), "4");
}
END_TEST

START_TEST(everything_that_stands_against_it_is_told_by_line)
{
    static const char *const products[] = { LAMP, NOBODY, GONE, CHAIR };
    const struct store_request request = request_with_key();
    const struct new_trade trade = document(4, products, 6, "");
    ck_assert_int_eq(trade_store_record(&request, TRADE_SALE, &trade, &rows, &replayed, &refusals),
                     ERROR_CONFLICT);
    ck_assert_uint_eq(refusals.count, 3);
    ck_assert_int_eq(refusals.items[0].problem, REFUSAL_UNKNOWN);
    ck_assert_uint_eq(refusals.items[0].line, 1);
    ck_assert_int_eq(refusals.items[1].problem, REFUSAL_ARCHIVED);
    ck_assert_int_eq(refusals.items[2].problem, REFUSAL_SHORTAGE);
    ck_assert_uint_eq(refusals.items[2].line, 3);
    ck_assert_str_eq(refusals.items[2].product_id, CHAIR);
    ck_assert_str_eq(refusals.items[2].product_name, "Chair");
    ck_assert_str_eq(refusals.items[2].available, "5");
    ck_assert_str_eq(stock_of_lamp(), "10");
    ck_assert_str_eq(sales_of_this_key(), "0");
    /* And the key is free. */
    ck_assert_int_eq(sell(&request, 1), ERROR_NONE);
    ck_assert(!replayed);
}
END_TEST

START_TEST(who_comes_while_the_same_key_is_worked_on_is_told_so) /* AC-87 */
{
    char text[256];
    sql("BEGIN");
    sql("SELECT act_as('" ACTOR "', 'another-request')");
    snprintf(text, sizeof text,
             "SELECT record_sale('%s', '" FINGERPRINT "', ARRAY['" LAMP "']::uuid[], ARRAY[3],"
             " ARRAY[null]::numeric[], null)",
             key);
    sql(text);
    const struct store_request request = request_with_key();
    ck_assert_int_eq(sell(&request, 3), ERROR_CONFLICT);
    ck_assert_uint_eq(refusals.count, 0);
    ck_assert_ptr_nonnull(strstr(fixture.error.detail, "still being worked on"));
    ck_assert_int_gt(fixture.error.retry_after_seconds, 0);
    sql("COMMIT");
    ck_assert_int_eq(sell(&request, 3), ERROR_NONE);
    ck_assert(replayed);
    ck_assert_str_eq(stock_of_lamp(), "7");
}
END_TEST

START_TEST(nothing_is_recorded_without_a_key)
{
    struct store_request request = request_with_key();
    request.idempotency_key = NULL;
    ck_assert_int_eq(sell(&request, 1), ERROR_INTERNAL);
    request.idempotency_key = key;
    request.fingerprint = NULL;
    ck_assert_int_eq(sell(&request, 1), ERROR_INTERNAL);
    ck_assert_str_eq(stock_of_lamp(), "10");
}
END_TEST

/* Has the first `times` transactions that book a sale end their own backend, at their commit. */
static void end_backends(int times)
{
    char text[512];
    sql("DROP TRIGGER IF EXISTS end_backend ON sales");
    sql("DROP SEQUENCE IF EXISTS test_tries");
    sql("CREATE SEQUENCE test_tries");
    snprintf(text, sizeof text,
             "CREATE OR REPLACE FUNCTION test_end() RETURNS trigger LANGUAGE plpgsql"
             " SECURITY DEFINER AS $$ BEGIN IF nextval('test_tries') <= %d THEN"
             " PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; END $$",
             times);
    sql(text);
    if (times > 0) {
        sql("CREATE CONSTRAINT TRIGGER end_backend AFTER INSERT ON sales DEFERRABLE INITIALLY"
            " DEFERRED FOR EACH ROW EXECUTE FUNCTION test_end()");
    }
}

START_TEST(a_sale_whose_backend_ends_is_booked_once) /* AC-58 */
{
    end_backends(1);
    const struct store_request request = request_with_key();
    enum error_kind kind = sell(&request, 3);
    ck_assert_msg(kind == ERROR_NONE, "%s", fixture.error.cause);
    ck_assert(!replayed);
    ck_assert_str_eq(sql("SELECT last_value FROM test_tries"), "2");
    ck_assert_str_eq(sales_of_this_key(), "1");
    ck_assert_str_eq(stock_of_lamp(), "7");
    end_backends(0);
}
END_TEST

START_TEST(a_sale_whose_backend_ends_twice_is_not_booked_and_may_be_sent_again) /* AC-58 */
{
    end_backends(2);
    const struct store_request request = request_with_key();
    ck_assert_int_eq(sell(&request, 3), ERROR_UNAVAILABLE);
    ck_assert_str_eq(sql("SELECT last_value FROM test_tries"), "2");
    ck_assert_str_eq(sales_of_this_key(), "0");
    ck_assert_str_eq(stock_of_lamp(), "10");
    ck_assert_int_eq(sell(&request, 3), ERROR_NONE);
    ck_assert(!replayed);
    ck_assert_str_eq(stock_of_lamp(), "7");
    end_backends(0);
}
END_TEST

START_TEST(documents_are_listed_newest_first_and_whole)
{
    struct store_request request = request_with_key();
    const struct new_trade trade = document(2, both, 1, "");
    for (int i = 0; i < 3; i++) {
        snprintf(key, sizeof key, "list %d %s", i, sql("SELECT txid_current()"));
        ck_assert_int_eq(
            trade_store_record(&request, TRADE_SALE, &trade, &rows, &replayed, &refusals),
            ERROR_NONE);
    }
    struct trade_query query = { .product_id = CHAIR, .limit = 1 };
    struct trade_rows page;
    ck_assert_int_eq(trade_store_list(&request, TRADE_SALE, &query, &page), ERROR_NONE);
    /* One document beyond the limit: two of two lines. */
    ck_assert_uint_eq(page.count, 4);
    ck_assert_str_eq(page.items[0].document_id, rows.items[0].document_id);
    ck_assert_str_eq(page.items[1].document_id, rows.items[0].document_id);
    ck_assert_str_ne(page.items[2].document_id, rows.items[0].document_id);

    query.after_timestamp = page.items[0].timestamp;
    query.after_id = page.items[0].document_id;
    struct trade_rows next;
    ck_assert_int_eq(trade_store_list(&request, TRADE_SALE, &query, &next), ERROR_NONE);
    ck_assert_str_eq(next.items[0].document_id, page.items[2].document_id);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trade_store");
    TCase *cases = tcase_create("trade_store");
    tcase_set_timeout(cases, 30);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_sale_says_what_was_sold_to_whom_and_for_how_much);
    tcase_add_test(cases, a_purchase_has_a_supplier_and_exact_costs);
    tcase_add_test(cases, a_document_is_booked_once_for_its_key);
    tcase_add_test(cases, a_key_that_has_expired_is_a_new_one);
    tcase_add_test(cases, everything_that_stands_against_it_is_told_by_line);
    tcase_add_test(cases, who_comes_while_the_same_key_is_worked_on_is_told_so);
    tcase_add_test(cases, nothing_is_recorded_without_a_key);
    tcase_add_test(cases, a_sale_whose_backend_ends_is_booked_once);
    tcase_add_test(cases, a_sale_whose_backend_ends_twice_is_not_booked_and_may_be_sent_again);
    tcase_add_test(cases, documents_are_listed_newest_first_and_whole);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
