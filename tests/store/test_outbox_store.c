/*
 * The outbox as the notifier works with it, and the waiting for it: notices that come at any time,
 * another descriptor, a lost connection; and a verification that has its own time and one moment.
 */
#include <string.h>
#include <unistd.h>

#include "../unit/run_suite.h"
#include "stockpilot/store/daily_jobs_store.h"
#include "stockpilot/store/notice.h"
#include "stockpilot/store/outbox_store.h"
#include "stockpilot/store/verification_store.h"
#include "store_fixture.h"

#define ONE "11111111-0000-4000-8000-000000000001"
#define ALL "{stock-alerts,system-alerts,order-notifications}"
#define LEASE_MS 60000
#define PATIENCE_MS 10000

static struct store_fixture fixture;
static int ends[2]; /* a pipe: what else is waited for */

static void setup(void)
{
    store_fixture_open(&fixture);
    store_fixture_sql(&fixture, "TRUNCATE outbox");
    ck_assert_int_eq(pipe(ends), 0);
}

static void teardown(void)
{
    close(ends[0]);
    close(ends[1]);
    store_fixture_close(&fixture);
}

static void add_message(void)
{
    store_fixture_sql(&fixture,
                      "INSERT INTO outbox (topic, dedupe_key, payload) VALUES ('stock-alerts',"
                      " gen_random_uuid()::text, '{\"title\": \"Lamp\", \"message\": \"Low\","
                      " \"happened_at\": \"2026-07-01T12:00:00+00:00\"}')");
}

static void listen(void)
{
    const struct store_request request = store_fixture_request(&fixture, 5000);
    ck_assert_int_eq(store_listen(&request), ERROR_NONE);
}

static enum notice_wait wait_for(int milliseconds)
{
    return store_wait_for_notice(fixture.store, ends[0], deadline_after_ms(milliseconds));
}

START_TEST(a_new_message_is_noticed)
{
    listen();
    add_message();
    ck_assert_int_eq(wait_for(PATIENCE_MS), NOTICE_CAME);
    ck_assert_int_eq(wait_for(1), NOTICE_TIME_UP);
}
END_TEST

START_TEST(so_is_one_that_came_during_an_exchange)
{
    listen();
    add_message();
    const struct store_request request = store_fixture_request(&fixture, 5000);
    int64_t due_ms;
    ck_assert_int_eq(outbox_store_next_due(&request, ALL, 0, &due_ms), ERROR_NONE);
    ck_assert_int_eq(wait_for(PATIENCE_MS), NOTICE_CAME);
}
END_TEST

START_TEST(the_other_descriptor_ends_the_wait)
{
    listen();
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    ck_assert_int_eq(wait_for(PATIENCE_MS), NOTICE_OTHER);
}
END_TEST

START_TEST(so_does_a_lost_connection_and_the_next_one_listens_again)
{
    listen();
    store_fixture_sql(&fixture, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                                " WHERE usename = 'stockpilot_app'");
    ck_assert_int_eq(wait_for(PATIENCE_MS), NOTICE_LOST);
    ck_assert_int_eq(wait_for(1), NOTICE_TIME_UP);
    listen();
    add_message();
    ck_assert_int_eq(wait_for(PATIENCE_MS), NOTICE_CAME);
}
END_TEST

START_TEST(a_claim_has_the_facts_and_the_time_of_the_business)
{
    store_fixture_sql(&fixture, "UPDATE settings SET business_time_zone = 'Europe/Berlin'");
    add_message();
    const struct store_request request = store_fixture_request(&fixture, 5000);
    struct outbox_claims claims;
    enum error_kind kind = outbox_store_claim(&request, ONE, 10, LEASE_MS, ALL, &claims);
    store_fixture_sql(&fixture, "UPDATE settings SET business_time_zone = 'UTC'");
    ck_assert_int_eq(kind, ERROR_NONE);
    ck_assert_uint_eq(claims.count, 1);
    const struct outbox_message *message = &claims.items[0];
    ck_assert_str_eq(message->topic, "stock-alerts");
    ck_assert_str_eq(message->kind, "alert");
    ck_assert_str_eq(message->title, "Lamp");
    ck_assert_str_eq(message->happened_at, "2026-07-01 14:00 Europe/Berlin");
    ck_assert_int_eq(message->attempts, 1);
    ck_assert_ptr_null(message->sku);
    ck_assert_ptr_null(message->recipients);
}
END_TEST

START_TEST(a_topic_that_is_not_asked_for_stays)
{
    add_message();
    const struct store_request request = store_fixture_request(&fixture, 5000);
    struct outbox_claims claims;
    ck_assert_int_eq(outbox_store_claim(&request, ONE, 10, LEASE_MS, "{system-alerts}", &claims),
                     ERROR_NONE);
    ck_assert_uint_eq(claims.count, 0);
}
END_TEST

START_TEST(the_next_one_falls_due_when_a_failed_one_does)
{
    add_message();
    const struct store_request request = store_fixture_request(&fixture, 5000);
    struct outbox_claims claims;
    bool kept;
    int64_t due_ms;
    ck_assert_int_eq(outbox_store_claim(&request, ONE, 10, LEASE_MS, ALL, &claims), ERROR_NONE);
    ck_assert_int_eq(
        outbox_store_failed(&request, claims.items[0].outbox_id, ONE, "503", 30000, &kept),
        ERROR_NONE);
    ck_assert(kept);
    ck_assert_int_eq(outbox_store_next_due(&request, ALL, 0, &due_ms), ERROR_NONE);
    ck_assert_int_gt(due_ms, 20000);
    ck_assert_int_le(due_ms, 30000);
    ck_assert_int_eq(outbox_store_next_due(&request, "{system-alerts}", 0, &due_ms), ERROR_NONE);
    ck_assert_int_eq(due_ms, -1);
}
END_TEST

START_TEST(one_that_fell_due_since_it_was_looked_is_not_overlooked)
{
    add_message();
    const struct store_request request = store_fixture_request(&fixture, 5000);
    int64_t due_ms;
    ck_assert_int_eq(outbox_store_next_due(&request, ALL, 0, &due_ms), ERROR_NONE);
    ck_assert_int_eq(due_ms, -1);
    ck_assert_int_eq(outbox_store_next_due(&request, ALL, 60000, &due_ms), ERROR_NONE);
    ck_assert_int_eq(due_ms, 0);
}
END_TEST

START_TEST(a_refused_one_is_parked_listed_and_sent_again)
{
    add_message();
    const struct store_request request = store_fixture_request(&fixture, 5000);
    struct outbox_claims claims;
    struct outbox_listing listing;
    enum outbox_refusal outcome;
    bool found;
    ck_assert_int_eq(outbox_store_claim(&request, ONE, 10, LEASE_MS, ALL, &claims), ERROR_NONE);
    const char *id = claims.items[0].outbox_id;
    ck_assert_int_eq(outbox_store_refused(&request, id, ONE, "no such topic", 0, 1, &outcome),
                     ERROR_NONE);
    ck_assert_int_eq(outcome, OUTBOX_PARKED);
    ck_assert_int_eq(outbox_store_list(&request, 10, &listing), ERROR_NONE);
    ck_assert_str_eq(listing.parked, "1");
    ck_assert_str_eq(listing.items[0].state, "parked");
    ck_assert_str_eq(listing.items[0].last_error, "no such topic");
    ck_assert_int_eq(outbox_store_retry(&request, id, &found), ERROR_NONE);
    ck_assert(found);
    ck_assert_int_eq(outbox_store_park(&request, id, &found), ERROR_NONE);
    ck_assert(found);
    const char *count;
    ck_assert_int_eq(outbox_store_retry_parked(&request, &count), ERROR_NONE);
    ck_assert_str_eq(count, "1");
}
END_TEST

static void verify_with_settings_told(const struct store_request *request,
                                      struct verification *found)
{
    store_fixture_sql(&fixture, "ALTER FUNCTION verify_books() RENAME TO real_verify_books");
    store_fixture_sql(
        &fixture,
        "CREATE FUNCTION verify_books()"
        " RETURNS TABLE (what text, row_id text, expected text, found text) LANGUAGE sql STABLE"
        " AS $$ SELECT 'settings', 'x', current_setting('statement_timeout'),"
        " current_setting('client_connection_check_interval') $$");
    store_fixture_sql(&fixture, "GRANT EXECUTE ON FUNCTION verify_books() TO stockpilot_app");
    enum error_kind kind = verification_store_run(request, found);
    store_fixture_sql(&fixture, "DROP FUNCTION verify_books()");
    store_fixture_sql(&fixture, "ALTER FUNCTION real_verify_books() RENAME TO verify_books");
    ck_assert_int_eq(kind, ERROR_NONE);
}

static struct outbox_figures figures_for(const char *topics)
{
    const struct store_request request = store_fixture_request(&fixture, 5000);
    struct outbox_figures figures;
    ck_assert_int_eq(outbox_store_figures(&request, topics, &figures), ERROR_NONE);
    return figures;
}

static void assert_is_old(int64_t age_seconds)
{
    ck_assert_int_ge(age_seconds, 100);
    ck_assert_int_lt(age_seconds, 130);
}

START_TEST(the_age_is_that_of_the_oldest_that_should_be_out)
{
    ck_assert_int_eq(figures_for(ALL).age_seconds, 0);
    add_message();
    add_message();
    store_fixture_sql(&fixture, "UPDATE outbox SET created_at = now() - interval '100 s'"
                                " WHERE outbox_id = (SELECT min(outbox_id) FROM outbox)");
    assert_is_old(figures_for(ALL).age_seconds);
    ck_assert_int_eq(figures_for("{system-alerts}").age_seconds, 0);
    ck_assert_int_eq(figures_for("{}").age_seconds, 0);
    store_fixture_sql(&fixture, "UPDATE outbox SET sent_at = now()");
    ck_assert_int_eq(figures_for(ALL).age_seconds, 0);
}
END_TEST

START_TEST(it_grows_in_the_pause_between_two_tries_and_not_before_the_first)
{
    add_message();
    store_fixture_sql(&fixture, "UPDATE outbox SET created_at = now() - interval '100 s',"
                                " available_at = now() + interval '1 h'");
    ck_assert_int_eq(figures_for(ALL).age_seconds, 0);
    store_fixture_sql(&fixture, "UPDATE outbox SET attempts = 1");
    assert_is_old(figures_for(ALL).age_seconds);
}
END_TEST

START_TEST(a_parked_one_is_counted_and_does_not_age)
{
    add_message();
    add_message();
    ck_assert_int_eq(figures_for(ALL).parked, 0);
    store_fixture_sql(&fixture, "UPDATE outbox SET created_at = now() - interval '100 s',"
                                " attempts = 1, dead_at = now()");
    ck_assert_int_eq(figures_for(ALL).parked, 2);
    ck_assert_int_eq(figures_for(ALL).age_seconds, 0);
}
END_TEST

/* The role has 2 s and no such check. */
START_TEST(a_verification_has_its_own_time)
{
    const struct store_request request = store_fixture_request(&fixture, 20000);
    struct verification found;
    verify_with_settings_told(&request, &found);
    ck_assert_str_eq(found.items[0].expected, "10min");
    ck_assert_str_eq(found.items[0].found, "1s");
}
END_TEST

START_TEST(a_difference_is_told_with_its_row)
{
    store_fixture_sql(&fixture, "INSERT INTO products (name, price) VALUES ('Wrong', 1)");
    store_fixture_sql(&fixture, "SET session_replication_role = replica");
    store_fixture_sql(&fixture, "UPDATE products SET stock_quantity = 7 WHERE name = 'Wrong'");
    store_fixture_sql(&fixture, "SET session_replication_role = origin");
    const struct store_request request = store_fixture_request(&fixture, 20000);
    struct verification found;
    enum error_kind kind = verification_store_run(&request, &found);
    store_fixture_sql(&fixture, "DELETE FROM products WHERE name = 'Wrong'");
    ck_assert_int_eq(kind, ERROR_NONE);
    ck_assert_int_eq(found.count, 1);
    ck_assert_str_eq(found.items[0].what, "product: stock");
    ck_assert_str_eq(found.items[0].expected, "0");
    ck_assert_str_eq(found.items[0].found, "7");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("outbox_store");
    TCase *cases = tcase_create("outbox store");
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_new_message_is_noticed);
    tcase_add_test(cases, so_is_one_that_came_during_an_exchange);
    tcase_add_test(cases, the_other_descriptor_ends_the_wait);
    tcase_add_test(cases, so_does_a_lost_connection_and_the_next_one_listens_again);
    tcase_add_test(cases, a_claim_has_the_facts_and_the_time_of_the_business);
    tcase_add_test(cases, a_topic_that_is_not_asked_for_stays);
    tcase_add_test(cases, the_next_one_falls_due_when_a_failed_one_does);
    tcase_add_test(cases, one_that_fell_due_since_it_was_looked_is_not_overlooked);
    tcase_add_test(cases, a_refused_one_is_parked_listed_and_sent_again);
    tcase_add_test(cases, the_age_is_that_of_the_oldest_that_should_be_out);
    tcase_add_test(cases, it_grows_in_the_pause_between_two_tries_and_not_before_the_first);
    tcase_add_test(cases, a_parked_one_is_counted_and_does_not_age);
    tcase_add_test(cases, a_verification_has_its_own_time);
    tcase_add_test(cases, a_difference_is_told_with_its_row);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
