/* An outgoing request is bounded in time and size, goes where it was sent, and says what came. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "key_set_server.h"
#include "run_suite.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/httpclient/httpclient.h"

static struct key_set_server *server;

static void set_up(void)
{
    server = key_set_server_start();
    key_set_server_set_body(server, "0123456789");
}

static void tear_down(void)
{
    key_set_server_stop(server);
}

static enum error_kind get(const struct httpclient_limits *limits,
                           struct httpclient_response *response, struct error *error)
{
    error_reset(error);
    return httpclient_get(key_set_server_url(server), limits, response, error);
}

static const struct httpclient_limits ten_bytes = { 500, 2000, 10, true, NULL };

START_TEST(an_answer_comes_whole)
{
    struct httpclient_response response;
    struct error error;
    ck_assert_int_eq(get(&ten_bytes, &response, &error), ERROR_NONE);
    ck_assert_int_eq(response.status, 200);
    ck_assert_uint_eq(response.length, 10);
    ck_assert_str_eq(response.body, "0123456789");
    ck_assert_str_eq(response.content_type, "application/json");
    httpclient_response_free(&response);
    key_set_server_answer(server, ANSWER_500);
    ck_assert_int_eq(get(&ten_bytes, &response, &error), ERROR_NONE);
    ck_assert_int_eq(response.status, 500);
    httpclient_response_free(&response);
}
END_TEST

START_TEST(an_answer_too_long_is_none)
{
    const struct httpclient_limits nine_bytes = { 500, 2000, 9, true, NULL };
    struct httpclient_response response = { .status = 77 };
    struct error error;
    ck_assert_int_eq(get(&nine_bytes, &response, &error), ERROR_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(error.cause, "too long"));
    ck_assert_int_eq(response.status, 77);
    key_set_server_answer(server, ANSWER_CUT_SHORT);
    ck_assert_int_eq(get(&ten_bytes, &response, &error), ERROR_UNAVAILABLE);
    ck_assert_int_eq(response.status, 77);
}
END_TEST

START_TEST(a_redirect_is_an_answer)
{
    struct httpclient_response response;
    struct error error;
    key_set_server_answer(server, ANSWER_REDIRECT);
    ck_assert_int_eq(get(&ten_bytes, &response, &error), ERROR_NONE);
    ck_assert_int_eq(response.status, 302);
    ck_assert_uint_eq(response.length, 0);
    ck_assert_str_eq(response.body, "");
    ck_assert_int_eq(key_set_server_count(server), 1);
    httpclient_response_free(&response);
}
END_TEST

START_TEST(time_is_bounded)
{
    const struct httpclient_limits quick = { 500, 100, 10, true, NULL };
    const struct httpclient_limits none = { 500, 0, 10, true, NULL };
    struct httpclient_response response;
    struct error error;
    key_set_server_answer(server, ANSWER_NEVER);
    int64_t began_ms = clock_monotonic_ms();
    ck_assert_int_eq(get(&quick, &response, &error), ERROR_UNAVAILABLE);
    ck_assert_int_ge(clock_monotonic_ms() - began_ms, 99);
    ck_assert_int_lt(clock_monotonic_ms() - began_ms, 1000);
    ck_assert_int_eq(get(&none, &response, &error), ERROR_UNAVAILABLE);
    ck_assert_int_eq(key_set_server_count(server), 1);
}
END_TEST

START_TEST(other_protocols_and_proxies_are_not_used)
{
    const struct httpclient_limits https_only = { 500, 2000, 10, false, NULL };
    struct httpclient_response response;
    struct error error;
    ck_assert_int_eq(get(&https_only, &response, &error), ERROR_UNAVAILABLE);
    ck_assert_int_eq(key_set_server_count(server), 0);
    error_reset(&error);
    ck_assert_int_eq(httpclient_get("file:///etc/hostname", &ten_bytes, &response, &error),
                     ERROR_UNAVAILABLE);
    ck_assert_int_eq(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    ck_assert_int_eq(setenv("all_proxy", "http://127.0.0.1:1", 1), 0);
    ck_assert_int_eq(get(&ten_bytes, &response, &error), ERROR_NONE);
    httpclient_response_free(&response);
}
END_TEST

/* What the client does meanwhile: counted, with a pipe that can be read at once. */
struct meanwhile_seen {
    int pipe[2];
    int begun;
    int ready;
};

static int begin_meanwhile(void *context)
{
    struct meanwhile_seen *seen = context;
    seen->begun++;
    return seen->pipe[0];
}

static void ready_meanwhile(void *context)
{
    struct meanwhile_seen *seen = context;
    char byte;
    seen->ready++;
    ck_assert_int_eq(read(seen->pipe[0], &byte, 1), 1);
}

START_TEST(others_are_seen_to_while_an_answer_takes_its_time)
{
    const struct httpclient_limits quick = { 500, 300, 10, true, NULL };
    struct meanwhile_seen seen = { .begun = 0 };
    struct httpclient_response response;
    struct error error;
    ck_assert_int_eq(pipe(seen.pipe), 0);
    ck_assert_int_eq(write(seen.pipe[1], "x", 1), 1);
    httpclient_do_meanwhile(
        &(struct httpclient_meanwhile){ 60000, begin_meanwhile, ready_meanwhile, &seen });
    ck_assert_int_eq(get(&ten_bytes, &response, &error), ERROR_NONE);
    ck_assert_str_eq(response.body, "0123456789");
    httpclient_response_free(&response);
    ck_assert_int_eq(seen.begun, 0);
    httpclient_do_meanwhile(
        &(struct httpclient_meanwhile){ 4, begin_meanwhile, ready_meanwhile, &seen });
    key_set_server_answer(server, ANSWER_NEVER);
    ck_assert_int_eq(get(&quick, &response, &error), ERROR_UNAVAILABLE);
    ck_assert_int_ge(seen.begun, 1);
    ck_assert_int_eq(seen.ready, 1);
    httpclient_do_meanwhile(&(struct httpclient_meanwhile){ .begin = NULL });
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("httpclient");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, an_answer_comes_whole);
    tcase_add_test(tcase, an_answer_too_long_is_none);
    tcase_add_test(tcase, a_redirect_is_an_answer);
    tcase_add_test(tcase, time_is_bounded);
    tcase_add_test(tcase, others_are_seen_to_while_an_answer_takes_its_time);
    tcase_add_test(tcase, other_protocols_and_proxies_are_not_used);
    Suite *suite = suite_create("httpclient");
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
