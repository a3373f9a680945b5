/* AC-26 to AC-29 and AC-31: when the issuer is asked for its keys, by whom, and what happens when
 * it is not there. */
#include <check.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "issuer.h"
#include "key_set_server.h"
#include "run_suite.h"
#include "stockpilot/auth/jwks_cache.h"
#include "stockpilot/auth/jwks_fetch.h"
#include "stockpilot/auth/token_verifier.h"
#include "stockpilot/log/log.h"

#define NOW 1700000000
#define ISSUER "https://issuer.example/pool"
#define WORKERS 8

static EVP_PKEY *pair;
static struct key_set_server *server;
static struct jwks_endpoint endpoint;
static char name[64];

/* A clock that only the test moves. */
static int64_t fake_ms;

static int64_t fake_clock(void)
{
    return fake_ms;
}

/* The issuer publishes keys of these ids, NULL-terminated. They all are the same key. */
static void publish(const char *const kids[])
{
    char body[16384] = "{\"keys\":[";
    for (int i = 0; kids[i] != NULL; i++) {
        struct jwk key = issuer_public_key(pair, kids[i]);
        char *json = issuer_jwk_json(&key);
        size_t length = strlen(body);
        snprintf(body + length, sizeof body - length, "%s%s", i > 0 ? "," : "", json);
        free(json);
    }
    size_t length = strlen(body);
    snprintf(body + length, sizeof body - length, "]}");
    key_set_server_set_body(server, body);
    key_set_server_answer(server, ANSWER_KEYS);
}

#define PUBLISH(...) publish((const char *const[]){ __VA_ARGS__, NULL })

static void set_up(void)
{
    fake_ms = 1000000;
    snprintf(name, sizeof name, "/stockpilot-test-cache-%ld", (long)getpid());
    jwks_cache_remove(name); /* of a test that had this process id long ago, and failed */
    server = key_set_server_start();
    endpoint = (struct jwks_endpoint){ key_set_server_url(server), true };
    PUBLISH("old");
}

static void tear_down(void)
{
    key_set_server_stop(server);
    jwks_cache_remove(name);
}

static struct jwks_cache *open_cache(int64_t (*clock_ms)(void))
{
    const struct jwks_source source = { jwks_fetch, &endpoint, clock_ms };
    struct error error;
    error_reset(&error);
    struct jwks_cache *cache = jwks_cache_open(name, &source, &error);
    ck_assert_msg(cache != NULL, "%s", error.cause);
    return cache;
}

static enum jwks_answer ask(struct jwks_cache *cache, const char *kid, int timeout_ms,
                            int64_t *retry_after_ms)
{
    return jwks_cache_ask(cache, kid, jwks_cache_generation(cache), deadline_after_ms(timeout_ms),
                          retry_after_ms);
}

static bool has(struct jwks_cache *cache, const char *kid)
{
    static struct jwks keys;
    return jwks_cache_read(cache, &keys) != 0 && jwks_find(&keys, kid) != NULL;
}

static struct token_verifier *open_verifier(int64_t (*clock_ms)(void))
{
    const struct token_verifier_settings settings = {
        .issuer = ISSUER,
        .jwks_url = endpoint.url,
        .client_ids = "client",
        .default_role = ROLE_VIEWER,
        .cache_name = name,
        .allow_plain_http = true,
    };
    const struct jwks_source source = { jwks_fetch, &endpoint, clock_ms };
    struct error error;
    error_reset(&error);
    struct token_verifier *verifier =
        token_verifier_new_from(&settings, clock_ms != NULL ? &source : NULL, &error);
    ck_assert_msg(verifier != NULL, "%s", error.cause);
    return verifier;
}

/* "Bearer …" of a good token that names this key. */
static char *credentials(const char *kid)
{
    char *header = NULL;
    char *authorization = NULL;
    ck_assert_int_gt(asprintf(&header, "{\"alg\":\"RS256\",\"kid\":\"%s\"}", kid), 0);
    char *token = issuer_token(pair, header,
                               "{\"sub\":\"anna\",\"iss\":\"" ISSUER "\",\"exp\":1700003600,"
                               "\"iat\":1700000000,\"token_use\":\"access\","
                               "\"client_id\":\"client\"}");
    ck_assert_int_gt(asprintf(&authorization, "Bearer %s", token), 0);
    free(token);
    free(header);
    return authorization;
}

static enum error_kind check(struct token_verifier *verifier, const char *authorization,
                             struct error *error)
{
    struct principal *principal;
    error_reset(error);
    return token_verifier_check(verifier, authorization, NOW, deadline_after_ms(2500), &principal,
                                error);
}

static enum error_kind check_kid(struct token_verifier *verifier, const char *kid,
                                 struct error *error)
{
    char *authorization = credentials(kid);
    enum error_kind kind = check(verifier, authorization, error);
    free(authorization);
    return kind;
}

/* What forked workers and the test tell each other. */
struct signals {
    sem_t ready, rotated, asking;
};

static struct signals *share_signals(void)
{
    struct signals *signals =
        mmap(NULL, sizeof *signals, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(signals, MAP_FAILED);
    sem_init(&signals->ready, 1, 0);
    sem_init(&signals->rotated, 1, 0);
    sem_init(&signals->asking, 1, 0);
    return signals;
}

static int exit_status(pid_t pid)
{
    int status = -1;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A worker that knows the old key, and then meets a token of the new one. */
static int meet_rotation(struct signals *signals, const char *old, const char *new)
{
    struct error error;
    struct token_verifier *verifier = open_verifier(NULL);
    bool good = check(verifier, old, &error) == ERROR_NONE;
    sem_post(&signals->ready);
    sem_wait(&signals->rotated);
    sem_post(&signals->asking);
    good = check(verifier, new, &error) == ERROR_NONE && good;
    good = check(verifier, old, &error) == ERROR_NONE && good;
    token_verifier_free(verifier);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

START_TEST(a_rotation_costs_one_fetch_for_all_workers)
{
    pid_t workers[WORKERS];
    struct signals *signals = share_signals();
    char *old = credentials("old");
    char *new = credentials("new");
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = fork();
        ck_assert_int_ge(workers[i], 0);
        if (workers[i] == 0) {
            _exit(meet_rotation(signals, old, new));
        }
    }
    for (int i = 0; i < WORKERS; i++) {
        sem_wait(&signals->ready);
    }
    ck_assert_msg(key_set_server_count(server) == 1, "AC-26 cold: %d fetches",
                  key_set_server_count(server));
    PUBLISH("old", "new");
    key_set_server_answer(server, ANSWER_WHEN_TOLD);
    for (int i = 0; i < WORKERS; i++) {
        sem_post(&signals->rotated);
    }
    for (int i = 0; i < WORKERS; i++) {
        sem_wait(&signals->asking);
    }
    key_set_server_let_go(server); /* one worker is being answered, the others wait for it */
    for (int i = 0; i < WORKERS; i++) {
        ck_assert_msg(exit_status(workers[i]) == EXIT_SUCCESS, "AC-26 worker %d", i);
    }
    ck_assert_msg(key_set_server_count(server) == 2, "AC-26 %d fetches",
                  key_set_server_count(server));
    free(old);
    free(new);
}
END_TEST

START_TEST(random_kids_cause_few_fetches)
{
    struct error error;
    struct token_verifier *verifier = open_verifier(fake_clock);
    char *good = credentials("old");
    char *unknown = credentials("KKKKKKKK"); /* refused before its signature would matter */
    ck_assert_int_eq(check(verifier, good, &error), ERROR_NONE);
    int before = key_set_server_count(server);
    for (int i = 0; i < 10000; i++) {
        char kid[32];
        char *header = NULL;
        char *authorization = NULL;
        snprintf(kid, sizeof kid, "random-%d", i);
        ck_assert_int_gt(asprintf(&header, "{\"alg\":\"RS256\",\"kid\":\"%s\"}", kid), 0);
        char *input = issuer_signing_input(header, "");
        const char *payload_and_signature = strchr(unknown, '.') + 1;
        ck_assert_int_gt(asprintf(&authorization, "Bearer %s%s", input, payload_and_signature), 0);
        ck_assert_msg(check(verifier, authorization, &error) == ERROR_INVALID_TOKEN,
                      "AC-27 number %d: %s", i, error.cause);
        if (i % 100 == 0) {
            ck_assert_msg(check(verifier, good, &error) == ERROR_NONE, "AC-27 good token");
        }
        free(authorization);
        free(input);
        free(header);
        fake_ms += 6;
    }
    int fetches = key_set_server_count(server) - before;
    ck_assert_msg(fetches >= 1 && fetches <= 7, "AC-27 %d fetches", fetches);
    fake_ms += JWKS_ABSENT_PAUSE_MS;
    PUBLISH("old", "new");
    ck_assert_msg(check_kid(verifier, "new", &error) == ERROR_NONE, "AC-27 rotation after it");
    free(good);
    free(unknown);
    token_verifier_free(verifier);
}
END_TEST

static const struct {
    const char *name;
    enum key_set_answer answer;
} failures[] = {
    { "AC-28 500", ANSWER_500 },           { "AC-28 HTML", ANSWER_HTML },
    { "AC-28 empty", ANSWER_EMPTY },       { "AC-28 no keys", ANSWER_NO_KEYS },
    { "AC-28 10 MB", ANSWER_10_MB },       { "AC-28 cut short", ANSWER_CUT_SHORT },
    { "AC-28 redirect", ANSWER_REDIRECT }, { "AC-28 slow", ANSWER_NEVER },
};

START_TEST(a_failing_endpoint_costs_no_key)
{
    const char *mode = failures[_i].name;
    struct error error;
    struct token_verifier *verifier = open_verifier(fake_clock);
    ck_assert_int_eq(check_kid(verifier, "old", &error), ERROR_NONE);
    PUBLISH("new");
    key_set_server_answer(server, failures[_i].answer);
    int64_t began_ms = clock_monotonic_ms();
    ck_assert_msg(check_kid(verifier, "new", &error) == ERROR_UNAVAILABLE, "%s: %s", mode,
                  error.cause);
    ck_assert_msg(clock_monotonic_ms() - began_ms < JWKS_TOTAL_TIMEOUT_MS + 400, "%s", mode);
    ck_assert_msg(error.retry_after_seconds == 1, "%s: Retry-After", mode);
    ck_assert_msg(check_kid(verifier, "old", &error) == ERROR_NONE, "%s: old key", mode);
    int asked = key_set_server_count(server);
    ck_assert_msg(asked == 2, "%s: asked %d times", mode, asked);
    ck_assert_int_eq(check_kid(verifier, "other", &error), ERROR_UNAVAILABLE);
    ck_assert_msg(key_set_server_count(server) == asked, "%s: no pause", mode);
    fake_ms += JWKS_FAILURE_PAUSE_MS;
    key_set_server_answer(server, ANSWER_KEYS);
    ck_assert_msg(check_kid(verifier, "new", &error) == ERROR_NONE, "%s: back again", mode);
    ck_assert_msg(check_kid(verifier, "old", &error) == ERROR_INVALID_TOKEN, "%s: withdrawn", mode);
    token_verifier_free(verifier);
}
END_TEST

START_TEST(a_cold_start_without_keys_recovers_quickly)
{
    struct error error;
    struct token_verifier *verifier = open_verifier(fake_clock);
    key_set_server_answer(server, ANSWER_500);
    error_reset(&error);
    ck_assert_msg(token_verifier_ready(verifier, deadline_after_ms(1000), &error) ==
                      ERROR_UNAVAILABLE,
                  "AC-29 ready");
    for (int i = 0; i < 5; i++) { /* the pause does not grow while there is no key at all */
        ck_assert_msg(check_kid(verifier, "old", &error) == ERROR_UNAVAILABLE, "AC-29");
        ck_assert_msg(error.retry_after_seconds == 1, "AC-29 Retry-After");
        fake_ms += JWKS_FAILURE_PAUSE_MS;
    }
    PUBLISH("old");
    ck_assert_int_eq(token_verifier_ready(verifier, deadline_after_ms(1000), &error), ERROR_NONE);
    ck_assert_msg(check_kid(verifier, "old", &error) == ERROR_NONE, "AC-29 recovered");
    token_verifier_free(verifier);
}
END_TEST

START_TEST(nobody_listening_is_a_failure_like_others)
{
    struct error error;
    endpoint.url = "http://127.0.0.1:1/"; /* nobody has port 1 */
    struct token_verifier *verifier = open_verifier(fake_clock);
    ck_assert_int_eq(check_kid(verifier, "old", &error), ERROR_UNAVAILABLE);
    endpoint = (struct jwks_endpoint){ key_set_server_url(server), false };
    fake_ms += JWKS_FAILURE_PAUSE_MS;
    ck_assert_int_eq(check_kid(verifier, "old", &error), ERROR_UNAVAILABLE);
    ck_assert_msg(key_set_server_count(server) == 0, "plain http was used unasked");
    token_verifier_free(verifier);
}
END_TEST

START_TEST(the_pause_after_failures_grows_to_its_limit)
{
    static const int64_t pauses_ms[] = { 1000, 2000, 4000, 8000, 10000, 10000 };
    struct jwks_cache *cache = open_cache(fake_clock);
    int64_t left_ms;
    ck_assert_int_eq(ask(cache, "old", 1000, &left_ms), JWKS_CHANGED);
    key_set_server_answer(server, ANSWER_500);
    for (size_t i = 0; i < sizeof pauses_ms / sizeof *pauses_ms; i++) {
        int before = key_set_server_count(server);
        ck_assert_int_eq(ask(cache, "new", 1000, &left_ms), JWKS_UNAVAILABLE);
        ck_assert_int_eq(left_ms, pauses_ms[i]);
        fake_ms += pauses_ms[i] - 1;
        ck_assert_int_eq(ask(cache, "new", 1000, &left_ms), JWKS_UNAVAILABLE);
        ck_assert_int_eq(left_ms, 1);
        ck_assert_int_eq(key_set_server_count(server), before + 1);
        fake_ms += 1;
    }
    PUBLISH("old");
    ck_assert_int_eq(ask(cache, "new", 1000, &left_ms), JWKS_ABSENT);
    fake_ms += JWKS_ABSENT_PAUSE_MS;
    key_set_server_answer(server, ANSWER_500);
    ck_assert_int_eq(ask(cache, "new", 1000, &left_ms), JWKS_UNAVAILABLE);
    ck_assert_int_eq(left_ms, 1000); /* a success in between begins anew */
    jwks_cache_close(cache);
}
END_TEST

START_TEST(an_old_set_is_fetched_anew)
{
    struct jwks_cache *cache = open_cache(fake_clock);
    struct deadline deadline = deadline_after_ms(5000);
    int64_t left_ms;
    ck_assert_int_eq(ask(cache, "old", 1000, &left_ms), JWKS_CHANGED);
    PUBLISH("new");
    fake_ms += JWKS_REFRESH_MS - 1;
    jwks_cache_refresh_if_old(cache, deadline);
    ck_assert(has(cache, "old"));
    fake_ms += 1;
    key_set_server_answer(server, ANSWER_500);
    jwks_cache_refresh_if_old(cache, deadline);
    jwks_cache_refresh_if_old(cache, deadline);
    ck_assert_msg(has(cache, "old"), "stale keys stay when the endpoint fails");
    ck_assert_int_eq(key_set_server_count(server), 2);
    fake_ms += JWKS_REFRESH_RETRY_MS;
    key_set_server_answer(server, ANSWER_KEYS);
    jwks_cache_refresh_if_old(cache, deadline);
    ck_assert_msg(has(cache, "new") && !has(cache, "old"), "withdrawn keys vanish");
    jwks_cache_refresh_if_old(cache, deadline);
    ck_assert_int_eq(key_set_server_count(server), 3);
    jwks_cache_close(cache);
}
END_TEST

/* A process that asks for a key, and says whether it got it. */
static pid_t start_asking(const char *kid, struct signals *signals)
{
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        int64_t left_ms;
        struct jwks_cache *cache = open_cache(clock_monotonic_ms);
        sem_post(&signals->asking);
        _exit(ask(cache, kid, 5000, &left_ms) == JWKS_CHANGED ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    return pid;
}

START_TEST(a_killed_lock_holder_stops_nobody)
{
    struct signals *signals = share_signals();
    struct jwks_cache *cache = open_cache(clock_monotonic_ms);
    int64_t left_ms;
    key_set_server_answer(server, ANSWER_NEVER);
    pid_t holder = start_asking("old", signals);
    key_set_server_await_question(server); /* so it holds the lock */
    ck_assert_msg(ask(cache, "old", 50, &left_ms) == JWKS_UNAVAILABLE,
                  "waiting for another's fetch ends with the deadline");
    pid_t waiting = start_asking("old", signals);
    sem_wait(&signals->asking);
    sem_wait(&signals->asking);
    key_set_server_answer(server, ANSWER_KEYS);
    int64_t killed_at_ms = clock_monotonic_ms();
    ck_assert_int_eq(kill(holder, SIGKILL), 0);
    ck_assert_msg(exit_status(waiting) == EXIT_SUCCESS, "AC-31");
    ck_assert_msg(clock_monotonic_ms() - killed_at_ms < 1000, "AC-31 took %lld ms",
                  (long long)(clock_monotonic_ms() - killed_at_ms));
    ck_assert_int_eq(exit_status(holder), -1);
    ck_assert_msg(has(cache, "old"), "AC-31");
    ck_assert_int_eq(key_set_server_count(server), 2);
    jwks_cache_close(cache);
}
END_TEST

START_TEST(an_endpoint_that_hangs_holds_one_worker)
{
    struct signals *signals = share_signals();
    struct jwks_cache *cache = open_cache(clock_monotonic_ms);
    int64_t left_ms;
    ck_assert_int_eq(ask(cache, "old", 5000, &left_ms), JWKS_CHANGED);
    key_set_server_await_question(server);
    key_set_server_answer(server, ANSWER_NEVER);
    pid_t holder = start_asking("new", signals);
    key_set_server_await_question(server);
    ck_assert_int_eq(ask(cache, "another", 5000, &left_ms), JWKS_UNAVAILABLE);
    ck_assert_msg(waitpid(holder, NULL, WNOHANG) == 0,
                  "the others go on while one still waits for the endpoint");
    ck_assert_int_eq(kill(holder, SIGKILL), 0);
    ck_assert_int_eq(exit_status(holder), -1);
    jwks_cache_close(cache);
}
END_TEST

START_TEST(haste_is_not_held_against_the_endpoint)
{
    struct jwks_cache *cache = open_cache(fake_clock);
    int64_t left_ms;
    ck_assert_int_eq(ask(cache, "old", 0, &left_ms), JWKS_UNAVAILABLE);
    ck_assert_int_eq(key_set_server_count(server), 0);
    ck_assert_int_eq(ask(cache, "old", 1000, &left_ms), JWKS_CHANGED);
    jwks_cache_close(cache);
}
END_TEST

static Suite *cache_suite(void)
{
    TCase *tcase = tcase_create("cache");
    tcase_set_timeout(tcase, 30);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_rotation_costs_one_fetch_for_all_workers);
    tcase_add_test(tcase, random_kids_cause_few_fetches);
    tcase_add_loop_test(tcase, a_failing_endpoint_costs_no_key, 0,
                        (int)(sizeof failures / sizeof *failures));
    tcase_add_test(tcase, a_cold_start_without_keys_recovers_quickly);
    tcase_add_test(tcase, nobody_listening_is_a_failure_like_others);
    tcase_add_test(tcase, the_pause_after_failures_grows_to_its_limit);
    tcase_add_test(tcase, an_old_set_is_fetched_anew);
    tcase_add_test(tcase, a_killed_lock_holder_stops_nobody);
    tcase_add_test(tcase, an_endpoint_that_hangs_holds_one_worker);
    tcase_add_test(tcase, haste_is_not_held_against_the_endpoint);
    Suite *suite = suite_create("jwks_cache");
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    log_set_level(LOG_LEVEL_ERROR);
    pair = issuer_make_pair(2048);
    int result = run_suite(cache_suite());
    EVP_PKEY_free(pair);
    return result;
}
