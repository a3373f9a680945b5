/* Who has which slot, what stands in it, and what a reader makes of whatever stands there. */
#include <ctype.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"
#include "exposition_reader.h"
#include "run_suite.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/scoreboard/scoreboard.h"

#define JOINERS 16
#define VISITORS 4
#define VISITS 100000
#define TEXT_LIMIT (1024 * 1024)

/* The program's, not any test's: the one that goes on when a test fails removes the object. */
static char name[64];
static struct scoreboard *board;
static struct exposition exposition;

static void choose_name(void)
{
    snprintf(name, sizeof name, "/stockpilot-test-scoreboard-%ld", (long)getpid());
}

static void remove_object(void)
{
    shm_unlink(name);
}

static struct scoreboard *open_board(void)
{
    struct error error = { 0 };
    struct scoreboard *opened = scoreboard_open(name, NULL, &error);
    ck_assert_msg(opened != NULL, "%s", error.cause);
    return opened;
}

static void set_up(void)
{
    remove_object();
    board = open_board();
}

static void tear_down(void)
{
    scoreboard_close(board);
}

static size_t number_of(const struct scoreboard_slot *slot)
{
    return (size_t)(slot - board->slots);
}

static struct scoreboard_slot *join(uint32_t pool)
{
    struct scoreboard_slot *slot = scoreboard_join(board, pool);
    ck_assert_ptr_nonnull(slot);
    return slot;
}

static struct worker_view view_of(const struct scoreboard_slot *slot)
{
    struct worker_view view;
    ck_assert(scoreboard_view(board, number_of(slot), &view));
    return view;
}

static bool is_seen(const struct scoreboard_slot *slot)
{
    struct worker_view view;
    return scoreboard_view(board, number_of(slot), &view);
}

static unsigned workers_seen(void)
{
    unsigned count = 0;
    for (size_t i = 0; i < SCOREBOARD_SLOTS; i++) {
        count += is_seen(&board->slots[i]);
    }
    return count;
}

START_TEST(those_who_open_it_share_it_and_it_stays)
{
    struct error error = { 0 };
    remove_object();
    ck_assert_ptr_null(scoreboard_open_present(name, NULL, &error));
    ck_assert_int_eq(error.kind, ERROR_NOT_FOUND);
    struct scoreboard *first = open_board();
    struct scoreboard *second = scoreboard_open_present(name, NULL, &error);
    ck_assert_msg(second != NULL, "%s", error.cause);
    struct scoreboard_slot *slot = scoreboard_join(first, 1);
    ck_assert_ptr_nonnull(slot);
    scoreboard_begin(slot, "request-1", 5);
    scoreboard_close(first);
    scoreboard_close(second);
    scoreboard_close(NULL);
    second = open_board();
    struct worker_view view;
    ck_assert(scoreboard_view(second, 0, &view));
    ck_assert_str_eq(view.request_id, "request-1");
    ck_assert_uint_eq(atomic_load(&second->metrics.route_count), 1); /* it was prepared */
    scoreboard_close(second);
}
END_TEST

START_TEST(whoever_joins_is_found_until_it_leaves)
{
    ck_assert_ptr_null(scoreboard_find(board, getpid()));
    ck_assert_uint_eq(workers_seen(), 0);
    int64_t before_us = clock_monotonic_us();
    struct scoreboard_slot *slot = join(3);
    struct worker_view view = view_of(slot);
    ck_assert_ptr_eq(scoreboard_find(board, getpid()), slot);
    ck_assert_uint_eq(workers_seen(), 1);
    ck_assert_int_eq(view.pid, getpid());
    ck_assert_uint_eq(view.pool, 3);
    ck_assert_int_eq(view.state, WORKER_STARTING);
    ck_assert_int_eq(view.database, DATABASE_UNTRIED);
    ck_assert_int_ge(view.started_us, before_us);
    ck_assert_int_le(worker_silence_us(&view, clock_monotonic_us()),
                     clock_monotonic_us() - before_us);
    scoreboard_leave(slot, getpid());
    ck_assert_ptr_null(scoreboard_find(board, getpid()));
    ck_assert_uint_eq(workers_seen(), 0);
}
END_TEST

START_TEST(a_slot_is_freed_only_for_its_own_process)
{
    struct scoreboard_slot *slot = join(1);
    scoreboard_leave(slot, getppid());
    scoreboard_leave(slot, 0);
    ck_assert_ptr_eq(scoreboard_find(board, getpid()), slot);
}
END_TEST

/* The pool's child joins, becomes the worker by exec, and that joins again, knowing of no pool. */
START_TEST(a_slot_that_was_given_before_the_exec_is_found_after_it)
{
    struct scoreboard_slot *given = join(7);
    int64_t started_us = view_of(given).started_us;
    ck_assert_ptr_eq(scoreboard_join(board, 0), given);
    ck_assert_uint_eq(view_of(given).pool, 7);
    ck_assert_int_eq(view_of(given).started_us, started_us);
    ck_assert_uint_eq(workers_seen(), 1);
}
END_TEST

/* All that a worker leaves in its slot. */
static void fill(struct scoreboard_slot *slot)
{
    uint32_t route = metrics_route("GET", "/products");
    atomic_store(&slot->started_us, 1);
    for (int i = 0; i < 3; i++) {
        scoreboard_begin(slot, "0123456789-an-old-request-of-full-length", 10);
        scoreboard_end(slot, true, 1000);
    }
    scoreboard_begin(slot, "0123456789-an-old-request-of-full-length", 1000);
    atomic_store(&slot->route, route);
    atomic_store(&slot->draining, 1);
    atomic_store(&slot->stopped, 1);
    atomic_store(&slot->connections, 4);
    atomic_store(&slot->database, DATABASE_AWAY);
    atomic_store(&slot->memory_kb, 9000);
}

static void assert_fresh(const struct scoreboard_slot *slot, uint32_t pool)
{
    struct worker_view view = view_of(slot);
    ck_assert_int_eq(view.pid, getpid());
    ck_assert_uint_eq(view.pool, pool);
    ck_assert_int_eq(view.state, WORKER_STARTING);
    ck_assert(!view.draining && !view.stopped);
    ck_assert_str_eq(view.route, "");
    ck_assert_str_eq(view.request_id, "");
    ck_assert_uint_eq(view.connections, 0);
    ck_assert_int_eq(view.database, DATABASE_UNTRIED);
    ck_assert_int_gt(view.started_us, 1000000);
    ck_assert_int_gt(view.since_us, 1000000);
    ck_assert_int_gt(view.beat_us, 1000000);
    ck_assert_int_eq(view.busy_us, 0);
    ck_assert_uint_eq(view.requests, 0);
    ck_assert_uint_eq(view.errors, 0);
    ck_assert_uint_eq(view.memory_kb, 0);
}

START_TEST(what_a_dead_process_of_the_same_number_left_is_not_taken_over)
{
    metrics_use(&board->metrics);
    struct scoreboard_slot *slot = join(7);
    fill(slot);
    ck_assert_ptr_eq(scoreboard_join(board, _i), slot);
    assert_fresh(slot, (uint32_t)_i);
}
END_TEST

static int join_and_fill(void *context)
{
    struct scoreboard_slot *slot = scoreboard_join(board, 2);
    (void)context;
    if (slot == NULL) {
        return 1;
    }
    metrics_use(&board->metrics);
    fill(slot);
    return 0;
}

START_TEST(a_dead_worker_can_be_looked_at_until_it_is_waited_for)
{
    siginfo_t info;
    pid_t pid = child_start(join_and_fill, NULL);
    ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    struct scoreboard_slot *slot = scoreboard_find(board, pid);
    ck_assert_ptr_nonnull(slot);
    struct worker_view view = view_of(slot);
    ck_assert_int_eq(view.state, WORKER_BUSY);
    ck_assert_str_eq(view.request_id, "0123456789-an-old-request-of-full-length");
    ck_assert_str_eq(view.route, "GET /products");
    ck_assert_uint_eq(view.requests, 3);
    children_end_well(&pid, 1);
    ck_assert_msg(!is_seen(slot), "it is gone");
}
END_TEST

START_TEST(the_slot_of_a_dead_process_is_taken_again)
{
    pid_t pid = child_start(join_and_fill, NULL);
    children_end_well(&pid, 1);
    struct scoreboard_slot *dead = scoreboard_find(board, pid);
    ck_assert_ptr_nonnull(dead);
    for (size_t i = 0; i < SCOREBOARD_SLOTS; i++) {
        if (&board->slots[i] != dead) {
            atomic_store(&board->slots[i].pid, getppid());
        }
    }
    ck_assert_ptr_eq(join(5), dead);
    assert_fresh(dead, 5);
}
END_TEST

/* Whoever takes a slot keeps it hidden, by its negative number, until what the last one left is
 * gone from it. */
START_TEST(a_slot_that_is_being_taken_is_neither_seen_nor_free)
{
    atomic_store(&board->slots[0].pid, -getppid());
    atomic_store(&board->slots[0].state, WORKER_BUSY);
    ck_assert_uint_eq(workers_seen(), 0);
    ck_assert_ptr_null(scoreboard_find(board, getppid()));
    ck_assert_ptr_eq(join(1), &board->slots[1]);
    scoreboard_leave(&board->slots[1], getpid());
    pid_t pid = child_start(join_and_fill, NULL);
    children_end_well(&pid, 1);
    atomic_store(&board->slots[0].pid, -pid); /* it died meanwhile */
    ck_assert_ptr_eq(join(1), &board->slots[0]);
    assert_fresh(&board->slots[0], 1);
}
END_TEST

START_TEST(without_a_free_slot_nobody_joins_and_nobody_is_disturbed)
{
    for (size_t i = 0; i < SCOREBOARD_SLOTS; i++) {
        atomic_store(&board->slots[i].pid, getppid());
        atomic_store(&board->slots[i].requests, i);
    }
    ck_assert_ptr_null(scoreboard_join(board, 1));
    ck_assert_uint_eq(workers_seen(), SCOREBOARD_SLOTS);
    for (size_t i = 0; i < SCOREBOARD_SLOTS; i++) {
        ck_assert_uint_eq(atomic_load(&board->slots[i].requests), i);
    }
    atomic_store(&board->slots[200].pid, 0);
    ck_assert_ptr_eq(scoreboard_join(board, 1), &board->slots[200]);
}
END_TEST

/* All stay until all are there, so that each needs a slot of its own. */
struct joining {
    struct event start;
    struct event joined;
    struct event leave;
};

static int join_with_others(void *context)
{
    const struct joining *joining = context;
    event_await(&joining->start);
    bool good = scoreboard_join(board, 1) != NULL;
    event_tell(&joining->joined);
    event_await(&joining->leave);
    return good ? 0 : 1;
}

START_TEST(many_that_join_at_once_have_a_slot_each)
{
    pid_t joiners[JOINERS];
    struct joining joining;
    char joined[JOINERS];
    event_make(&joining.start);
    event_make(&joining.joined);
    event_make(&joining.leave);
    for (int i = 0; i < JOINERS; i++) {
        joiners[i] = child_start(join_with_others, &joining);
    }
    event_tell_all(&joining.start);
    for (int i = 0; i < JOINERS; i++) {
        ck_assert_int_eq(read(joining.joined.ends[0], &joined[i], 1), 1);
    }
    ck_assert_uint_eq(workers_seen(), JOINERS);
    for (int i = 0; i < JOINERS; i++) {
        ck_assert_ptr_nonnull(scoreboard_find(board, joiners[i]));
    }
    event_tell_all(&joining.leave);
    children_end_well(joiners, JOINERS);
    ck_assert_uint_eq(workers_seen(), 0);
}
END_TEST

static int come_and_go(void *context)
{
    event_await(context);
    for (int i = 0; i < VISITS; i++) {
        struct scoreboard_slot *slot = scoreboard_join(board, 1);
        if (slot == NULL || scoreboard_find(board, getpid()) != slot) {
            return 1;
        }
        scoreboard_leave(slot, getpid());
    }
    return 0;
}

START_TEST(nobody_takes_a_slot_from_another)
{
    pid_t visitors[VISITORS];
    struct event start;
    event_make(&start);
    for (int i = 0; i < VISITORS; i++) {
        visitors[i] = child_start(come_and_go, &start);
    }
    event_tell_all(&start);
    children_end_well(visitors, VISITORS);
    ck_assert_uint_eq(workers_seen(), 0);
}
END_TEST

START_TEST(requests_are_accounted_for)
{
    struct scoreboard_slot *slot = join(1);
    scoreboard_idle(slot);
    ck_assert_int_eq(view_of(slot).state, WORKER_IDLE);
    scoreboard_begin(slot, "first", 1000);
    struct worker_view view = view_of(slot);
    ck_assert_int_eq(view.state, WORKER_BUSY);
    ck_assert_int_eq(view.since_us, 1000);
    ck_assert_str_eq(view.request_id, "first");
    ck_assert_uint_eq(view.requests, 0);
    scoreboard_end(slot, false, 1250);
    view = view_of(slot);
    ck_assert_int_eq(view.state, WORKER_IDLE);
    ck_assert_int_eq(view.since_us, 1250);
    ck_assert_int_eq(view.beat_us, 1250);
    ck_assert_int_eq(view.busy_us, 250);
    ck_assert_uint_eq(view.requests, 1);
    ck_assert_uint_eq(view.errors, 0);
    scoreboard_begin(slot, "second", 5000);
    scoreboard_end(slot, true, 5001);
    view = view_of(slot);
    ck_assert_int_eq(view.busy_us, 251);
    ck_assert_uint_eq(view.requests, 2);
    ck_assert_uint_eq(view.errors, 1);
    ck_assert_str_eq(view.request_id, "second");
}
END_TEST

START_TEST(the_route_of_the_last_request_is_not_that_of_the_next)
{
    struct scoreboard_slot *slot = join(1);
    metrics_use(&board->metrics);
    scoreboard_begin(slot, "first", 1);
    ck_assert_str_eq(view_of(slot).route, "");
    atomic_store(&slot->route, metrics_route("GET", "/products"));
    ck_assert_str_eq(view_of(slot).route, "GET /products");
    scoreboard_end(slot, false, 2);
    ck_assert_str_eq(view_of(slot).route, "GET /products");
    scoreboard_begin(slot, "second", 3);
    ck_assert_str_eq(view_of(slot).route, "");
}
END_TEST

START_TEST(a_request_id_is_cut_where_its_place_ends)
{
    struct scoreboard_slot *slot = join(1);
    char place[100];
    memset(place, 'a', sizeof place);
    place[sizeof place - 1] = '\0';
    scoreboard_begin(slot, place, 1);
    ck_assert_uint_eq(strlen(view_of(slot).request_id), SCOREBOARD_REQUEST_ID_SIZE);
    scoreboard_begin(slot, "b", 2);
    ck_assert_str_eq(view_of(slot).request_id, "b");
    scoreboard_begin(slot, "", 3);
    ck_assert_str_eq(view_of(slot).request_id, "");
    ck_assert_msg(atomic_load(&slot->connections) == 0, "nothing beside it was written");
}
END_TEST

static bool is_text(const char *text, size_t size)
{
    size_t length = strnlen(text, size);
    for (size_t i = 0; i < length; i++) {
        if (!isgraph((unsigned char)text[i])) {
            return false;
        }
    }
    return length < size;
}

static void write_request_id(struct scoreboard_slot *slot, const unsigned char *bytes)
{
    for (size_t i = 0; i < SCOREBOARD_REQUEST_ID_SIZE / 8; i++) {
        uint64_t word;
        memcpy(&word, bytes + i * sizeof word, sizeof word);
        atomic_store(&slot->request_id[i], word);
    }
}

/* Every byte there is, at every place. */
START_TEST(whatever_stands_in_a_request_id_it_is_read_as_text)
{
    struct scoreboard_slot *slot = join(1);
    for (unsigned byte = 0; byte < 256; byte++) {
        for (size_t place = 0; place < SCOREBOARD_REQUEST_ID_SIZE; place++) {
            unsigned char bytes[SCOREBOARD_REQUEST_ID_SIZE];
            memset(bytes, 'x', sizeof bytes);
            bytes[place] = (unsigned char)byte;
            write_request_id(slot, bytes);
            struct worker_view view = view_of(slot);
            ck_assert(is_text(view.request_id, sizeof view.request_id));
            bytes[place] = isgraph((int)byte) || byte == 0 ? (unsigned char)byte : '?';
            size_t length = byte == 0 ? place : sizeof bytes;
            ck_assert_uint_eq(strlen(view.request_id), length);
            ck_assert_mem_eq(view.request_id, bytes, length);
        }
    }
}
END_TEST

START_TEST(whatever_stands_in_a_slot_it_is_read_as_something_that_exists)
{
    struct scoreboard_slot *slot = join(1);
    unsigned char *first = (unsigned char *)slot;
    memset(first + sizeof slot->pid, 0xff, sizeof *slot - sizeof slot->pid);
    struct worker_view view = view_of(slot);
    ck_assert_int_le(view.state, WORKER_BUSY);
    ck_assert_int_le(view.database, DATABASE_AWAY);
    ck_assert_str_eq(view.route, "");
    ck_assert(is_text(view.request_id, sizeof view.request_id));
    ck_assert_int_ge(worker_silence_us(&view, 1), 0);
}
END_TEST

static int serve_until_killed(void *context)
{
    static const char *const ids[] = { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "b",
                                       "cccccccccccccccccc" };
    struct scoreboard_slot *slot = scoreboard_join(board, 1);
    if (slot == NULL) {
        return 1;
    }
    event_tell(context);
    for (int64_t now_us = 0;; now_us++) {
        scoreboard_begin(slot, ids[now_us % 3], now_us);
        scoreboard_end(slot, now_us % 2 == 0, now_us + 1);
    }
}

START_TEST(a_reader_beside_a_worker_sees_only_what_is_text_and_what_exists)
{
    struct event serving;
    struct worker_view view;
    uint64_t requests = 0;
    event_make(&serving);
    pid_t pid = child_start(serve_until_killed, &serving);
    ck_assert(event_await(&serving));
    const struct scoreboard_slot *slot = scoreboard_find(board, pid);
    ck_assert_ptr_nonnull(slot);
    for (int i = 0; i < 100000 || requests == 0; i++) {
        bool good = scoreboard_view(board, number_of(slot), &view) &&
                    is_text(view.request_id, sizeof view.request_id) &&
                    view.request_id[strspn(view.request_id, "abc")] == '\0' &&
                    view.state <= WORKER_BUSY && view.requests >= requests;
        if (!good) {
            ck_abort_msg("request %s, state %d, %" PRIu64 " requests after %" PRIu64,
                         view.request_id, (int)view.state, view.requests, requests);
        }
        requests = view.requests;
    }
    child_kill(pid);
}
END_TEST

START_TEST(silence_lasts_since_the_latest_sign_of_life)
{
    struct worker_view view = { .since_us = 1000, .beat_us = 400 };
    ck_assert_int_eq(worker_silence_us(&view, 1500), 500);
    view.beat_us = 1200;
    ck_assert_int_eq(worker_silence_us(&view, 1500), 300);
    ck_assert_int_eq(worker_silence_us(&view, 1200), 0);
    ck_assert_msg(worker_silence_us(&view, 1100) == 0, "it wrote after we looked at the clock");
}
END_TEST

static void expose(void)
{
    struct arena *arena = arena_new(2 * TEXT_LIMIT);
    struct buffer text;
    ck_assert_ptr_nonnull(arena);
    buffer_init(&text, arena, TEXT_LIMIT);
    scoreboard_expose(board, &text);
    ck_assert(!buffer_failed(&text));
    ck_assert_msg(exposition_read(&exposition, text.bytes, text.length), "%s: %s", exposition.line,
                  exposition.problem);
    arena_free(arena);
}

static void assert_exposed(const char *series, const char *value)
{
    const char *exposed = exposition_value(&exposition, series);
    ck_assert_msg(strcmp(exposed, value) == 0, "%s is \"%s\", not \"%s\"", series, exposed, value);
}

static struct scoreboard_slot *plant(size_t number, enum worker_state state,
                                     enum database_state database)
{
    struct scoreboard_slot *slot = &board->slots[number];
    atomic_store(&slot->pid, getppid());
    atomic_store(&slot->state, state);
    atomic_store(&slot->database, database);
    atomic_store(&slot->connections, 3);
    atomic_store(&slot->memory_kb, 2048);
    return slot;
}

START_TEST(workers_are_exposed_by_what_they_do)
{
    plant(0, WORKER_STARTING, DATABASE_UNTRIED);
    plant(1, WORKER_IDLE, DATABASE_CONNECTED);
    plant(2, WORKER_IDLE, DATABASE_CONNECTED);
    plant(40, WORKER_IDLE, DATABASE_AWAY);
    plant(41, WORKER_BUSY, DATABASE_CONNECTED);
    plant(42, WORKER_BUSY, DATABASE_CONNECTED);
    atomic_store(&plant(43, WORKER_BUSY, DATABASE_CONNECTED)->draining, 1);
    atomic_store(&plant(SCOREBOARD_SLOTS - 1, WORKER_IDLE, DATABASE_AWAY)->draining, 1);
    plant(44, WORKER_IDLE, DATABASE_CONNECTED);
    atomic_store(&board->slots[44].pid, 0); /* it has left */
    expose();
    assert_exposed("stockpilot_workers{state=\"starting\"}", "1");
    assert_exposed("stockpilot_workers{state=\"idle\"}", "3");
    assert_exposed("stockpilot_workers{state=\"busy\"}", "2");
    assert_exposed("stockpilot_workers{state=\"draining\"}", "2");
    assert_exposed("stockpilot_database_connections{state=\"untried\"}", "1");
    assert_exposed("stockpilot_database_connections{state=\"connected\"}", "5");
    assert_exposed("stockpilot_database_connections{state=\"away\"}", "2");
    assert_exposed("stockpilot_connections", "24");
    assert_exposed("stockpilot_worker_memory_bytes", "16777216");
    ck_assert_str_eq(exposition_type(&exposition, "stockpilot_workers"), "gauge");
    ck_assert_str_eq(exposition_type(&exposition, "stockpilot_connections"), "gauge");
}
END_TEST

START_TEST(without_anybody_all_is_zero)
{
    expose();
    assert_exposed("stockpilot_workers{state=\"idle\"}", "0");
    assert_exposed("stockpilot_connections", "0");
    assert_exposed("stockpilot_worker_memory_bytes", "0");
    ck_assert_msg(exposition_type(&exposition, "stockpilot_pool_workers_wanted")[0] == '\0',
                  "there is no pool");
}
END_TEST

START_TEST(a_pool_is_exposed)
{
    struct pool_board *pool = &board->pool;
    atomic_store(&pool->pid, getpid());
    atomic_store(&pool->wanted, 5);
    atomic_store(&pool->minimum, 2);
    atomic_store(&pool->maximum, 9);
    atomic_store(&pool->quick_deaths, 4);
    atomic_store(&pool->reloads, 8); /* the start counted as one */
    expose();
    assert_exposed("stockpilot_pool_workers_wanted", "5");
    assert_exposed("stockpilot_pool_workers_minimum", "2");
    assert_exposed("stockpilot_pool_workers_maximum", "9");
    assert_exposed("stockpilot_pool_quick_deaths", "4");
    assert_exposed("stockpilot_pool_reloads_total", "7");
    ck_assert_str_eq(exposition_type(&exposition, "stockpilot_pool_reloads_total"), "counter");
    atomic_store(&pool->reloads, 0);
    expose();
    assert_exposed("stockpilot_pool_reloads_total", "0");
}
END_TEST

START_TEST(the_metrics_are_exposed_with_it)
{
    metrics_use(&board->metrics);
    metrics_request(metrics_route("GET", "/products"), 200, 1500);
    metrics_add(METRIC_WORKERS_STARTED);
    expose();
    assert_exposed("stockpilot_worker_starts_total", "1");
    assert_exposed("stockpilot_request_duration_seconds_count{method=\"GET\",route=\"/products\","
                   "status=\"200\"}",
                   "1");
}
END_TEST

static TCase *begin_case(Suite *suite, const char *title)
{
    TCase *tcase = tcase_create(title);
    tcase_set_timeout(tcase, 30);
    tcase_add_unchecked_fixture(tcase, choose_name, remove_object);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    suite_add_tcase(suite, tcase);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("scoreboard");
    TCase *slots = begin_case(suite, "slots");
    tcase_add_test(slots, those_who_open_it_share_it_and_it_stays);
    tcase_add_test(slots, whoever_joins_is_found_until_it_leaves);
    tcase_add_test(slots, a_slot_is_freed_only_for_its_own_process);
    tcase_add_test(slots, a_slot_that_was_given_before_the_exec_is_found_after_it);
    tcase_add_loop_test(slots, what_a_dead_process_of_the_same_number_left_is_not_taken_over, 0, 2);
    tcase_add_test(slots, a_dead_worker_can_be_looked_at_until_it_is_waited_for);
    tcase_add_test(slots, the_slot_of_a_dead_process_is_taken_again);
    tcase_add_test(slots, a_slot_that_is_being_taken_is_neither_seen_nor_free);
    tcase_add_test(slots, without_a_free_slot_nobody_joins_and_nobody_is_disturbed);
    tcase_add_test(slots, many_that_join_at_once_have_a_slot_each);
    tcase_add_test(slots, nobody_takes_a_slot_from_another);
    TCase *contents = begin_case(suite, "contents");
    tcase_add_test(contents, requests_are_accounted_for);
    tcase_add_test(contents, the_route_of_the_last_request_is_not_that_of_the_next);
    tcase_add_test(contents, a_request_id_is_cut_where_its_place_ends);
    tcase_add_test(contents, whatever_stands_in_a_request_id_it_is_read_as_text);
    tcase_add_test(contents, whatever_stands_in_a_slot_it_is_read_as_something_that_exists);
    tcase_add_test(contents, a_reader_beside_a_worker_sees_only_what_is_text_and_what_exists);
    tcase_add_test(contents, silence_lasts_since_the_latest_sign_of_life);
    TCase *exposed = begin_case(suite, "exposition");
    tcase_add_test(exposed, workers_are_exposed_by_what_they_do);
    tcase_add_test(exposed, without_anybody_all_is_zero);
    tcase_add_test(exposed, a_pool_is_exposed);
    tcase_add_test(exposed, the_metrics_are_exposed_with_it);
    return run_suite(suite);
}
