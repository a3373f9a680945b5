/*
 * The connection and its pipeline against a real PostgreSQL that misbehaves: AC-57, AC-58 (ended
 * backends), AC-62 (no connections left), AC-63 (time-outs), AC-64 (deadlock), AC-65 (frozen
 * backend).
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../src/store/pipeline.h"
#include "../unit/run_suite.h"
#include "store_fixture.h"

static struct store_fixture fixture;

static const struct statement backend_pid = { "test_pid", "SELECT pg_backend_pid()", 0 };
static const struct statement echo = { "test_echo", "SELECT $1::text", 1 };
static const struct statement divide = { "test_divide", "SELECT 1 / $1::integer", 1 };
static const struct statement add_notice = {
    "test_add_notice",
    "INSERT INTO notifications (type, title, message) VALUES ('system', $1, 'x')",
    1,
};
static const struct statement sleep_long = { "test_sleep", "SELECT pg_sleep(30)", 0 };
static const struct statement end_self = {
    "test_end_self",
    "SELECT pg_terminate_backend(pg_backend_pid())",
    0,
};
static const struct statement touch_settings = {
    "test_touch",
    "UPDATE notifications SET message = 'y' WHERE title = $1",
    1,
};

static void setup(void)
{
    store_fixture_open(&fixture);
}

static void teardown(void)
{
    store_fixture_close(&fixture);
}

static int pid_of_backend(void)
{
    const struct store_request request = store_fixture_request(&fixture, 5000);
    const struct call call = { &backend_pid, { NULL } };
    const PGresult *result;
    ck_assert_int_eq(pipeline_read(&request, &call, 1, &result), ERROR_NONE);
    return (int)strtol(PQgetvalue(result, 0, 0), NULL, 10);
}

START_TEST(several_statements_come_back_in_order)
{
    const struct store_request request = store_fixture_request(&fixture, 5000);
    const struct call calls[] = { { &echo, { "one" } },
                                  { &echo, { NULL } },
                                  { &echo, { "three" } } };
    const PGresult *results[3];
    ck_assert_int_eq(pipeline_read(&request, calls, 3, results), ERROR_NONE);
    ck_assert_str_eq(result_text(results[0], 0, 0), "one");
    ck_assert_ptr_null(result_text(results[1], 0, 0));
    ck_assert_str_eq(result_text(results[2], 0, 0), "three");
    /* And again, prepared by now. */
    ck_assert_int_eq(pipeline_read(&request, calls, 3, results), ERROR_NONE);
    ck_assert_str_eq(result_text(results[2], 0, 0), "three");
}
END_TEST

START_TEST(a_failed_statement_undoes_the_ones_before_it)
{
    const struct store_request request = store_fixture_request(&fixture, 5000);
    const struct call calls[] = { { &add_notice, { "undone" } },
                                  { &divide, { "0" } },
                                  { &add_notice, { "never" } } };
    const PGresult *results[3];
    ck_assert_int_eq(pipeline_write(&request, calls, 3, results), ERROR_INTERNAL);
    ck_assert_ptr_nonnull(strstr(fixture.error.cause, "22012"));
    ck_assert_str_eq(fixture.error.detail, "");
    ck_assert_str_eq(store_fixture_sql(&fixture, "SELECT count(*) FROM notifications"), "0");
    ck_assert_int_gt(pid_of_backend(), 0);
}
END_TEST

START_TEST(an_ended_idle_backend_is_not_noticed_by_the_next_request) /* AC-57 */
{
    char sql[96];
    int before = pid_of_backend();
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d, 5000)", before);
    ck_assert_str_eq(store_fixture_sql(&fixture, sql), "t");
    ck_assert_int_ne(pid_of_backend(), before);
}
END_TEST

START_TEST(a_backend_that_ends_in_a_read_is_tried_once_more) /* AC-58 */
{
    const struct store_request request = store_fixture_request(&fixture, 5000);
    const struct call call = { &end_self, { NULL } };
    const PGresult *result;
    int first = pid_of_backend();
    /* It ends itself on the second connection too: after that the answer is 503. */
    ck_assert_int_eq(pipeline_read(&request, &call, 1, &result), ERROR_UNAVAILABLE);
    ck_assert_int_ne(pid_of_backend(), first);
}
END_TEST

START_TEST(a_backend_that_ends_in_a_write_is_not_tried_again) /* AC-58 */
{
    const struct store_request request = store_fixture_request(&fixture, 5000);
    const struct call calls[] = { { &add_notice, { "lost" } }, { &end_self, { NULL } } };
    const PGresult *results[2];
    ck_assert_int_eq(pipeline_write(&request, calls, 2, results), ERROR_UNAVAILABLE);
    ck_assert(fixture.error.outcome_unknown);
    ck_assert_str_eq(store_fixture_sql(&fixture, "SELECT count(*) FROM notifications"), "0");
}
END_TEST

START_TEST(a_slow_statement_ends_at_the_deadline)
{
    const struct store_request request = store_fixture_request(&fixture, 300);
    const struct call call = { &sleep_long, { NULL } };
    const PGresult *result;
    int64_t began = clock_monotonic_ms();
    ck_assert_int_eq(pipeline_read(&request, &call, 1, &result), ERROR_UNAVAILABLE);
    ck_assert_int_lt(clock_monotonic_ms() - began, 2500);
    ck_assert_ptr_nonnull(strstr(fixture.error.cause, "in time"));
}
END_TEST

START_TEST(haste_is_not_held_against_the_database)
{
    const struct store_request request = store_fixture_request(&fixture, 100);
    const struct call call = { &sleep_long, { NULL } };
    const PGresult *result;
    ck_assert_int_eq(pipeline_read(&request, &call, 1, &result), ERROR_UNAVAILABLE);
    ck_assert_msg(pid_of_backend() > 0, "whoever comes next is served at once");
}
END_TEST

START_TEST(a_request_whose_time_is_up_changes_nothing)
{
    int backend = pid_of_backend();
    const struct store_request request = store_fixture_request(&fixture, 0);
    const struct call call = { &add_notice, { "late" } };
    const PGresult *result;
    ck_assert_int_eq(pipeline_write(&request, &call, 1, &result), ERROR_UNAVAILABLE);
    ck_assert(!fixture.error.outcome_unknown);
    ck_assert_int_eq(pid_of_backend(), backend); /* it answers after whatever was sent before */
    ck_assert_str_eq(store_fixture_sql(&fixture, "SELECT count(*) FROM notifications"), "0");
}
END_TEST

START_TEST(the_role_s_own_time_limit_ends_a_statement) /* AC-63 */
{
    const struct store_request request = store_fixture_request(&fixture, 10000);
    const struct call calls[] = { { &add_notice, { "slow" } }, { &sleep_long, { NULL } } };
    const PGresult *results[2];
    ck_assert_int_eq(pipeline_write(&request, calls, 2, results), ERROR_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(fixture.error.cause, "57014"));
    ck_assert(!fixture.error.outcome_unknown);
    ck_assert_str_eq(store_fixture_sql(&fixture, "SELECT count(*) FROM notifications"), "0");
}
END_TEST

START_TEST(a_locked_row_ends_in_a_time_limit_and_changes_nothing) /* AC-63 */
{
    store_fixture_sql(&fixture, "INSERT INTO notifications (type, title, message)"
                                " VALUES ('system', 'locked', 'x')");
    store_fixture_sql(&fixture, "GRANT UPDATE ON notifications TO stockpilot_app");
    store_fixture_sql(&fixture, "BEGIN");
    store_fixture_sql(&fixture, "SELECT FROM notifications WHERE title = 'locked' FOR UPDATE");
    const struct store_request request = store_fixture_request(&fixture, 5000);
    const struct call call = { &touch_settings, { "locked" } };
    const PGresult *result;
    ck_assert_int_eq(pipeline_write(&request, &call, 1, &result), ERROR_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(fixture.error.cause, "55P03"));
    store_fixture_sql(&fixture, "COMMIT");
    ck_assert_str_eq(
        store_fixture_sql(&fixture, "SELECT message FROM notifications WHERE title = 'locked'"),
        "x");
    store_fixture_sql(&fixture, "REVOKE UPDATE ON notifications FROM stockpilot_app");
}
END_TEST

START_TEST(a_frozen_backend_costs_no_more_than_the_deadline) /* AC-65 */
{
    int backend = pid_of_backend();
    ck_assert_int_eq(kill(backend, SIGSTOP), 0);
    const struct store_request request = store_fixture_request(&fixture, 500);
    const struct call call = { &echo, { "x" } };
    const PGresult *result;
    int64_t began = clock_monotonic_ms();
    enum error_kind kind = pipeline_read(&request, &call, 1, &result);
    int64_t took = clock_monotonic_ms() - began;
    /* Whoever waited behind this request is not made to wait as long again. */
    began = clock_monotonic_ms();
    enum error_kind next_kind = pipeline_read(&request, &call, 1, &result);
    int64_t next_took = clock_monotonic_ms() - began;
    ck_assert_int_eq(kill(backend, SIGCONT), 0);
    ck_assert_int_eq(kind, ERROR_UNAVAILABLE);
    ck_assert_int_lt(took, 3000);
    ck_assert_int_eq(next_kind, ERROR_UNAVAILABLE);
    ck_assert_int_lt(next_took, 200);
    const struct store_request later = store_fixture_request(&fixture, 5000);
    while (!deadline_passed(later.deadline) &&
           pipeline_read(&later, &call, 1, &result) != ERROR_NONE) {
    }
    ck_assert_int_ne(pid_of_backend(), backend);
}
END_TEST

START_TEST(serialization_failures_are_tried_again_but_not_for_ever) /* AC-64 */
{
    static const struct statement conflict = { "test_conflict", "SELECT test_conflict()", 0 };
    store_fixture_sql(&fixture, "CREATE SEQUENCE test_tries");
    store_fixture_sql(&fixture, "GRANT ALL ON SEQUENCE test_tries TO stockpilot_app");
    store_fixture_sql(&fixture,
                      "CREATE FUNCTION test_conflict() RETURNS bigint LANGUAGE plpgsql AS $$"
                      " DECLARE n bigint := nextval('test_tries'); BEGIN"
                      " IF n % 10 < 3 THEN RAISE EXCEPTION 'no' USING errcode = '40001'; END IF;"
                      " RETURN n; END $$");
    const struct store_request request = store_fixture_request(&fixture, 5000);
    const struct call call = { &conflict, { NULL } };
    const PGresult *result;
    ck_assert_int_eq(pipeline_write(&request, &call, 1, &result), ERROR_NONE);
    ck_assert_str_eq(PQgetvalue(result, 0, 0), "3");

    store_fixture_sql(&fixture, "CREATE OR REPLACE FUNCTION test_conflict() RETURNS bigint"
                                " LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('test_tries');"
                                " RAISE EXCEPTION 'no' USING errcode = '40P01'; END $$");
    ck_assert_int_eq(pipeline_write(&request, &call, 1, &result), ERROR_UNAVAILABLE);
    ck_assert_str_eq(store_fixture_sql(&fixture, "SELECT last_value FROM test_tries"), "7");
    store_fixture_sql(&fixture, "DROP FUNCTION test_conflict");
    store_fixture_sql(&fixture, "DROP SEQUENCE test_tries");
}
END_TEST

START_TEST(no_connections_left_is_unavailable) /* AC-62 */
{
    store_fixture_sql(&fixture, "ALTER ROLE stockpilot_app CONNECTION LIMIT 0");
    const struct store_request request = store_fixture_request(&fixture, 3000);
    const struct call call = { &echo, { "x" } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(&request, &call, 1, &result);
    store_fixture_sql(&fixture, "ALTER ROLE stockpilot_app CONNECTION LIMIT -1");
    ck_assert_int_eq(kind, ERROR_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(fixture.error.cause, "too many connections"));
}
END_TEST

START_TEST(a_database_that_is_away_is_unavailable_at_once)
{
    struct store *nowhere = store_new("postgresql://u:very-secret@/db?host=/nonexistent", 2000);
    ck_assert_ptr_nonnull(nowhere);
    struct store_request request = store_fixture_request(&fixture, 3000);
    request.store = nowhere;
    const struct call call = { &echo, { "x" } };
    const PGresult *result;
    ck_assert_int_eq(pipeline_read(&request, &call, 1, &result), ERROR_UNAVAILABLE);
    ck_assert_ptr_null(strstr(fixture.error.cause, "very-secret"));
    ck_assert_int_eq(pipeline_read(&request, &call, 1, &result), ERROR_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(fixture.error.cause, "a moment ago"));
    store_free(nowhere);
}
END_TEST

/* A socket that takes connections and says nothing; its directory, as libpq wants it. */
static int listen_in_silence(const char *directory)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", directory);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(listener, 8), 0);
    return listener;
}

START_TEST(
    a_silent_host_does_not_hide_the_one_behind_it) /* AC-61: the host that answers is found */
{
    char directory[] = "/tmp/stockpilot-silent-XXXXXX";
    char url[512];
    ck_assert_ptr_nonnull(mkdtemp(directory));
    int listener = listen_in_silence(directory);
    snprintf(url, sizeof url, "postgresql://%s:%s@/%s?host=%s,%s&port=5432,%s",
             PQuser(fixture.admin), PQpass(fixture.admin), PQdb(fixture.admin), directory,
             PQhost(fixture.admin), PQport(fixture.admin));
    struct store *store = store_new(url, 500);
    ck_assert_ptr_nonnull(store);

    const struct call call = { &echo, { "x" } };
    const PGresult *result;
    struct store_request request = store_fixture_request(&fixture, 300);
    request.store = store;
    ck_assert_int_eq(pipeline_read(&request, &call, 1, &result), ERROR_UNAVAILABLE);
    enum error_kind kind = ERROR_UNAVAILABLE;
    struct deadline end = deadline_after_ms(5000);
    while (kind == ERROR_UNAVAILABLE && !deadline_passed(end)) {
        request = store_fixture_request(&fixture, 2500);
        request.store = store;
        kind = pipeline_read(&request, &call, 1, &result);
    }
    ck_assert_msg(kind == ERROR_NONE, "%s", fixture.error.cause);

    store_free(store);
    close(listener);
    char path[64];
    snprintf(path, sizeof path, "%s/.s.PGSQL.5432", directory);
    unlink(path);
    rmdir(directory);
}
END_TEST

START_TEST(plans_survive_a_migration)
{
    static const struct statement all = { "test_all", "SELECT * FROM settings", 0 };
    const struct store_request request = store_fixture_request(&fixture, 5000);
    const struct call call = { &all, { NULL } };
    const PGresult *result;
    ck_assert_int_eq(pipeline_read(&request, &call, 1, &result), ERROR_NONE);
    int before = PQnfields(result);
    store_fixture_sql(&fixture, "ALTER TABLE settings ADD COLUMN test_column integer");
    enum error_kind kind = pipeline_read(&request, &call, 1, &result);
    store_fixture_sql(&fixture, "ALTER TABLE settings DROP COLUMN test_column");
    ck_assert_int_eq(kind, ERROR_NONE);
    ck_assert_int_eq(PQnfields(result), before + 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pipeline");
    TCase *cases = tcase_create("pipeline");
    tcase_set_timeout(cases, 30);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, several_statements_come_back_in_order);
    tcase_add_test(cases, a_failed_statement_undoes_the_ones_before_it);
    tcase_add_test(cases, an_ended_idle_backend_is_not_noticed_by_the_next_request);
    tcase_add_test(cases, a_backend_that_ends_in_a_read_is_tried_once_more);
    tcase_add_test(cases, a_backend_that_ends_in_a_write_is_not_tried_again);
    tcase_add_test(cases, a_slow_statement_ends_at_the_deadline);
    tcase_add_test(cases, haste_is_not_held_against_the_database);
    tcase_add_test(cases, a_request_whose_time_is_up_changes_nothing);
    tcase_add_test(cases, the_role_s_own_time_limit_ends_a_statement);
    tcase_add_test(cases, a_frozen_backend_costs_no_more_than_the_deadline);
    tcase_add_test(cases, serialization_failures_are_tried_again_but_not_for_ever);
    tcase_add_test(cases, no_connections_left_is_unavailable);
    tcase_add_test(cases, a_database_that_is_away_is_unavailable_at_once);
    tcase_add_test(cases, a_silent_host_does_not_hide_the_one_behind_it);
    tcase_add_test(cases, plans_survive_a_migration);
    tcase_add_test(cases, a_locked_row_ends_in_a_time_limit_and_changes_nothing);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
