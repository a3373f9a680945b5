/* What stockpilotctl status says is wrong, in words, and that it says nothing when all is well. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../src/ctl/pool_status.h"
#include "children.h"
#include "run_suite.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/memory/shared_object.h"

#define SECOND INT64_C(1000000)
#define NOW (1000 * SECOND)
#define FIRST_PID 4001

/* Of src/ctl/main.c, for the part of pool_access.c that reads the configuration. */
void command_print_problems(const struct configuration_report *report)
{
    (void)report;
}

static struct pool_status status;
static char name[64]; /* of a scoreboard; the program's, not any test's */

/* A pool of so many idle workers, of which nothing bad can be said. */
static void set_up(void)
{
    status = (struct pool_status){
        .pool = 4000,
        .minimum = 3,
        .maximum = 3,
        .wanted = 3,
        .reloads = 1,
        .hard_limit_us = 60 * SECOND,
        .now_us = NOW,
        .started_us = NOW - 500 * SECOND,
        .worker_count = 3,
    };
    for (size_t i = 0; i < status.worker_count; i++) {
        status.workers[i] = (struct worker_view){
            .pid = FIRST_PID + (pid_t)i,
            .pool = 1,
            .state = WORKER_IDLE,
            .database = DATABASE_CONNECTED,
            .started_us = NOW - 500 * SECOND,
            .since_us = NOW - 400 * SECOND,
            .beat_us = NOW - SECOND / 2,
        };
    }
}

static void begin_request(struct worker_view *view, int64_t since_us)
{
    view->state = WORKER_BUSY;
    view->since_us = since_us;
    view->beat_us = since_us;
    snprintf(view->route, sizeof view->route, "GET /products/{productId}");
    snprintf(view->request_id, sizeof view->request_id, "0f3c9a");
}

static const char *all_findings(void)
{
    static char text[STATUS_MAX_FINDINGS * STATUS_FINDING_SIZE + 64];
    size_t length = (size_t)snprintf(text, sizeof text, "%zu findings:", status.finding_count);
    for (size_t i = 0; i < status.finding_count; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length, "\n%s", status.findings[i]);
    }
    return text;
}

/* So many, and one of them with these words. */
static void expect_findings(size_t count, const char *words)
{
    bool found = false;
    pool_status_judge(&status);
    for (size_t i = 0; i < status.finding_count; i++) {
        found = found || strstr(status.findings[i], words) != NULL;
    }
    ck_assert_msg(status.finding_count == count && found, "%s", all_findings());
}

static void expect_finding(const char *words)
{
    expect_findings(1, words);
}

static void expect_none(void)
{
    pool_status_judge(&status);
    ck_assert_msg(status.finding_count == 0, "%s", all_findings());
}

START_TEST(when_all_is_well_nothing_is_found)
{
    expect_none();
    begin_request(&status.workers[0], NOW - SECOND / 10);
    begin_request(&status.workers[1], NOW - SECOND);
    expect_none();
    status.reload_state = RELOAD_DONE;
    expect_none();
    status.reload_state = RELOAD_CHECKING;
    expect_none();
    status.reload_state = RELOAD_ROLLING;
    expect_none();
}
END_TEST

START_TEST(what_was_found_before_is_forgotten)
{
    status.reload_state = RELOAD_REFUSED;
    expect_finding("refused");
    expect_finding("refused");
    status.reload_state = RELOAD_NONE;
    expect_none();
}
END_TEST

START_TEST(nothing_runs)
{
    status.pool = 0;
    status.worker_count = 0;
    expect_finding("Nothing runs: neither a pool nor a worker.");
}
END_TEST

START_TEST(workers_of_no_pool_are_well)
{
    status.pool = 0;
    status.wanted = 9; /* of a pool that ended; so is the rest */
    status.quick_deaths = 3;
    status.reload_state = RELOAD_REFUSED;
    expect_none();
}
END_TEST

START_TEST(a_stopped_worker)
{
    status.workers[1].stopped = true;
    status.workers[1].beat_us = NOW - 20 * SECOND;
    expect_finding("Worker 4002 was stopped by a signal; kill -CONT 4002 lets it go on. The pool "
                   "kills it when it has been silent for 60 s.");
    begin_request(&status.workers[1], NOW - 20 * SECOND);
    expect_finding("Worker 4002 was stopped by a signal");
}
END_TEST

START_TEST(a_long_request)
{
    begin_request(&status.workers[2], NOW - 19 * SECOND / 10);
    expect_none();
    begin_request(&status.workers[2], NOW - 23 * SECOND / 10);
    expect_finding("Worker 4003 has been at one request for 2.3 s: GET /products/{productId}, "
                   "request 0f3c9a.");
    status.workers[2].route[0] = '\0';
    expect_finding("Worker 4003 has been at one request for 2.3 s: no known route, request "
                   "0f3c9a.");
    /* One that drains has it all the same. */
    status.workers[2].draining = true;
    status.wanted = 2;
    expect_finding("Worker 4003 has been at one request for 2.3 s");
}
END_TEST

START_TEST(a_silent_worker)
{
    status.workers[0].beat_us = NOW - 2 * SECOND;
    expect_none();
    status.workers[0].beat_us = NOW - 7 * SECOND;
    expect_finding("Worker 4001 has shown no sign of life for 7.0 s.");
    status.workers[0].since_us = NOW - SECOND; /* it has just had a request */
    expect_none();
}
END_TEST

START_TEST(quick_deaths_by_a_signal)
{
    status.quick_deaths = 5;
    status.last_death = SIGSEGV;
    status.next_start_us = NOW + 1600000;
    expect_finding("5 in a row");
    expect_finding("with signal 11 (Segmentation fault).");
    expect_finding("The next is started in 1.6 s.");
    status.last_death = SIGSEGV | 0x80; /* and left a core */
    expect_finding("with signal 11 (Segmentation fault).");
    status.last_death = SIGKILL;
    expect_finding("with signal 9 (Killed).");
}
END_TEST

START_TEST(quick_deaths_by_themselves)
{
    status.quick_deaths = 2;
    status.last_death = 78 << 8;
    expect_finding("with exit status 78 (the configuration is wrong).");
    expect_finding("The next is started in 0.0 s."); /* that time is past */
    status.last_death = 127 << 8;
    expect_finding("with exit status 127 (the program could not be run).");
    status.last_death = 1 << 8;
    expect_finding("with exit status 1. ");
    status.quick_deaths = 0;
    expect_none();
}
END_TEST

START_TEST(a_refused_reload)
{
    status.reload_state = RELOAD_REFUSED;
    expect_finding("The last reload was refused");
    expect_finding("The workers go on as before");
}
END_TEST

START_TEST(a_reload_that_does_not_get_on)
{
    status.reload_state = RELOAD_ROLLING;
    status.last_death = 1 << 8;
    status.quick_deaths = 1;
    expect_none(); /* one is replaced before anybody has read this */
    status.quick_deaths = 2;
    expect_findings(2, "Workers end soon after their start");
    expect_findings(2, "The reload does not get on");
    expect_findings(2, "those of before are kept");
}
END_TEST

START_TEST(the_database_is_away)
{
    status.workers[0].database = DATABASE_AWAY;
    status.workers[2].database = DATABASE_AWAY;
    expect_finding("The database is away for 2 of 3 workers");
    status.workers[0].database = DATABASE_CONNECTED;
    status.workers[2].database = DATABASE_UNTRIED;
    expect_none();
}
END_TEST

START_TEST(fewer_than_wanted)
{
    status.wanted = 5;
    expect_finding("Only 3 of the 5 wanted workers are there.");
    status.wanted = 3;
    status.workers[0].state = WORKER_STARTING;
    expect_finding("Only 2 of the 3 wanted workers are there.");
    status.workers[1].draining = true;
    expect_finding("Only 1 of the 3 wanted workers are there.");
    status.worker_count = 0;
    expect_finding("Only 0 of the 3 wanted workers are there.");
}
END_TEST

START_TEST(all_are_busy)
{
    for (size_t i = 0; i < 3; i++) {
        begin_request(&status.workers[i], NOW - SECOND / 100);
    }
    expect_none(); /* each has something to do at this moment: that is what they are for */
    status.busy_percent = 95;
    expect_finding("All 3 workers are busy: new requests wait.");
    /* Those that start or drain take no requests: they do not make it better. */
    status.workers[2].draining = true;
    status.wanted = 2;
    expect_finding("All 2 workers are busy");
    status.busy_percent = 94;
    expect_none();
}
END_TEST

START_TEST(as_many_are_kept_as_there_is_room_for)
{
    status.worker_count = SCOREBOARD_SLOTS;
    status.wanted = 3;
    for (size_t i = 0; i < SCOREBOARD_SLOTS; i++) {
        status.workers[i] = status.workers[0];
        status.workers[i].stopped = true;
    }
    expect_findings(STATUS_MAX_FINDINGS, "was stopped by a signal");
}
END_TEST

START_TEST(states_have_their_words)
{
    struct worker_view view = { .state = WORKER_STARTING };
    ck_assert_str_eq(pool_status_worker_state(&view), "starting");
    ck_assert_str_eq(pool_status_database(&view), "untried");
    view = (struct worker_view){ .state = WORKER_IDLE, .database = DATABASE_CONNECTED };
    ck_assert_str_eq(pool_status_worker_state(&view), "idle");
    ck_assert_str_eq(pool_status_database(&view), "connected");
    view = (struct worker_view){ .state = WORKER_BUSY, .database = DATABASE_AWAY };
    ck_assert_str_eq(pool_status_worker_state(&view), "busy");
    ck_assert_str_eq(pool_status_database(&view), "away");
    view.draining = true;
    ck_assert_str_eq(pool_status_worker_state(&view), "draining");
    view.stopped = true;
    ck_assert_str_eq(pool_status_worker_state(&view), "stopped");
}
END_TEST

static void choose_name(void)
{
    snprintf(name, sizeof name, "/stockpilot-test-status-%ld", (long)getpid());
}

static void remove_object(void)
{
    shm_unlink(name);
}

static void open_access(struct pool_access *access)
{
    struct error error = { 0 };
    remove_object();
    snprintf(access->name, sizeof access->name, "%s", name);
    access->scoreboard = scoreboard_open(name, &access->descriptor, &error);
    ck_assert_msg(access->scoreboard != NULL, "%s", error.cause);
}

/* As a pool does. */
static int hold_until_killed(void *context)
{
    struct error error = { 0 };
    int descriptor;
    struct scoreboard *board = scoreboard_open(name, &descriptor, &error);
    if (board == NULL || !shared_object_hold(descriptor)) {
        return 1;
    }
    atomic_store(&board->pool.pid, getpid());
    event_tell(context);
    for (;;) {
        pause();
    }
}

START_TEST(a_pool_is_there_as_long_as_its_process_is)
{
    struct pool_access access;
    struct event held;
    open_access(&access);
    ck_assert_int_eq(pool_access_pid(&access), 0);
    atomic_store(&access.scoreboard->pool.pid, getpid()); /* of one that died: nobody holds it */
    ck_assert_int_eq(pool_access_pid(&access), 0);
    ck_assert(!pool_access_signal(&access, 0));
    event_make(&held);
    pid_t pool = child_start(hold_until_killed, &held);
    ck_assert(event_await(&held));
    ck_assert_int_eq(pool_access_pid(&access), pool);
    ck_assert(pool_access_signal(&access, 0));
    atomic_store(&access.scoreboard->pool.pid, -1); /* nobody signals every process there is */
    ck_assert_int_eq(pool_access_pid(&access), 0);
    ck_assert(!pool_access_signal(&access, 0));
    atomic_store(&access.scoreboard->pool.pid, pool);
    child_kill(pool);
    ck_assert_int_eq(pool_access_pid(&access), 0);
    pool_access_close(&access);
}
END_TEST

START_TEST(the_status_is_what_the_scoreboard_says)
{
    struct pool_access access;
    struct event held;
    open_access(&access);
    struct pool_board *board = &access.scoreboard->pool;
    event_make(&held);
    pid_t pool = child_start(hold_until_killed, &held);
    ck_assert(event_await(&held));
    atomic_store(&board->minimum, 1);
    atomic_store(&board->maximum, 4);
    atomic_store(&board->wanted, 2);
    atomic_store(&board->reloads, 3);
    atomic_store(&board->reload_state, RELOAD_REFUSED);
    atomic_store(&board->hard_limit_us, 7 * SECOND);
    atomic_store(&access.scoreboard->slots[9].pid, getpid());
    atomic_store(&access.scoreboard->slots[9].requests, 17);
    atomic_store(&access.scoreboard->slots[9].beat_us, clock_monotonic_us());
    atomic_store(&access.scoreboard->slots[200].pid, getppid());
    atomic_store(&access.scoreboard->slots[200].draining, 1);
    atomic_store(&access.scoreboard->slots[200].beat_us, clock_monotonic_us());
    atomic_store(&board->busy_percent, 12);
    pool_status_read(&access, &status);
    ck_assert_int_eq(status.pool, pool);
    ck_assert_uint_eq(status.minimum, 1);
    ck_assert_uint_eq(status.maximum, 4);
    ck_assert_uint_eq(status.wanted, 2);
    ck_assert_uint_eq(status.busy_percent, 12);
    ck_assert_uint_eq(status.reloads, 3);
    ck_assert_int_eq(status.reload_state, RELOAD_REFUSED);
    ck_assert_int_eq(status.hard_limit_us, 7 * SECOND);
    ck_assert_int_le(status.now_us, clock_monotonic_us());
    ck_assert_uint_eq(status.worker_count, 2);
    ck_assert_int_eq(status.workers[0].pid, getpid());
    ck_assert_uint_eq(status.workers[0].requests, 17);
    ck_assert_int_eq(status.workers[1].pid, getppid());
    ck_assert(status.workers[1].draining);
    ck_assert_msg(status.finding_count == 2, "%s", all_findings()); /* refused, and too few */
    atomic_store(&board->reload_state, 99);
    pool_status_read(&access, &status);
    ck_assert_int_eq(status.reload_state, RELOAD_NONE);
    child_kill(pool);
    pool_status_read(&access, &status);
    ck_assert_int_eq(status.pool, 0);
    pool_access_close(&access);
}
END_TEST

static void add_reading_tests(Suite *suite)
{
    TCase *tcase = tcase_create("reading");
    tcase_set_timeout(tcase, 30);
    tcase_add_unchecked_fixture(tcase, choose_name, remove_object);
    tcase_add_test(tcase, a_pool_is_there_as_long_as_its_process_is);
    tcase_add_test(tcase, the_status_is_what_the_scoreboard_says);
    suite_add_tcase(suite, tcase);
}

int main(void)
{
    Suite *suite = suite_create("pool_status");
    TCase *tcase = tcase_create("findings");
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_test(tcase, when_all_is_well_nothing_is_found);
    tcase_add_test(tcase, what_was_found_before_is_forgotten);
    tcase_add_test(tcase, nothing_runs);
    tcase_add_test(tcase, workers_of_no_pool_are_well);
    tcase_add_test(tcase, a_stopped_worker);
    tcase_add_test(tcase, a_long_request);
    tcase_add_test(tcase, a_silent_worker);
    tcase_add_test(tcase, quick_deaths_by_a_signal);
    tcase_add_test(tcase, quick_deaths_by_themselves);
    tcase_add_test(tcase, a_refused_reload);
    tcase_add_test(tcase, a_reload_that_does_not_get_on);
    tcase_add_test(tcase, the_database_is_away);
    tcase_add_test(tcase, fewer_than_wanted);
    tcase_add_test(tcase, all_are_busy);
    tcase_add_test(tcase, as_many_are_kept_as_there_is_room_for);
    tcase_add_test(tcase, states_have_their_words);
    suite_add_tcase(suite, tcase);
    add_reading_tests(suite);
    return run_suite(suite);
}
