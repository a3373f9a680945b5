#include "stockpilot/scoreboard/scoreboard.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "stockpilot/clock/clock.h"
#include "stockpilot/memory/shared_object.h"

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "locks of one process are none between processes");
_Static_assert(SCOREBOARD_SLOTS >= 3 * POOL_MAX_WORKERS, "no room for those that drain");

static int prepare(void *memory)
{
    struct scoreboard *scoreboard = memory;
    return metrics_prepare(&scoreboard->metrics);
}

static const struct shared_layout layout = {
    .magic = UINT64_C(0x53505343000002),
    .size = sizeof(struct scoreboard),
    .prepare = prepare,
};

struct scoreboard *scoreboard_open(const char *name, int *descriptor, struct error *error)
{
    return shared_object_map(name, &layout, descriptor, error);
}

struct scoreboard *scoreboard_open_present(const char *name, int *descriptor, struct error *error)
{
    return shared_object_map_present(name, &layout, descriptor, error);
}

void scoreboard_close(struct scoreboard *scoreboard)
{
    if (scoreboard != NULL) {
        shared_object_unmap(scoreboard, &layout);
    }
}

struct scoreboard_slot *scoreboard_find(struct scoreboard *scoreboard, pid_t pid)
{
    for (size_t i = 0; i < SCOREBOARD_SLOTS; i++) {
        if (atomic_load(&scoreboard->slots[i].pid) == pid) {
            return &scoreboard->slots[i];
        }
    }
    return NULL;
}

static bool is_gone(pid_t pid)
{
    return kill(pid, 0) != 0 && errno == ESRCH;
}

/* A slot that is being cleared has the negative of its process: whoever looks at it would take what
 * the last one left for what this one does. */
static bool is_free(int32_t holder)
{
    return holder == 0 || is_gone(holder > 0 ? holder : -holder);
}

static struct scoreboard_slot *take_free(struct scoreboard *scoreboard, pid_t pid)
{
    for (size_t i = 0; i < SCOREBOARD_SLOTS; i++) {
        struct scoreboard_slot *slot = &scoreboard->slots[i];
        int32_t holder = atomic_load(&slot->pid);
        if (is_free(holder) && atomic_compare_exchange_strong(&slot->pid, &holder, -pid)) {
            return slot;
        }
    }
    return NULL;
}

static void clear(struct scoreboard_slot *slot, pid_t pid, uint32_t pool)
{
    int64_t now_us = clock_monotonic_us();
    atomic_store(&slot->pid, -pid);
    atomic_store(&slot->state, WORKER_STARTING);
    atomic_store(&slot->pool, pool);
    atomic_store(&slot->draining, 0);
    atomic_store(&slot->stopped, 0);
    atomic_store(&slot->route, 0);
    atomic_store(&slot->connections, 0);
    atomic_store(&slot->database, DATABASE_UNTRIED);
    atomic_store(&slot->exporting, 0);
    atomic_store(&slot->started_us, now_us);
    atomic_store(&slot->since_us, now_us);
    atomic_store(&slot->beat_us, now_us);
    atomic_store(&slot->busy_us, 0);
    atomic_store(&slot->requests, 0);
    atomic_store(&slot->errors, 0);
    atomic_store(&slot->memory_kb, 0);
    for (size_t i = 0; i < SCOREBOARD_REQUEST_ID_SIZE / 8; i++) {
        atomic_store(&slot->request_id[i], 0);
    }
    atomic_store(&slot->pid, pid);
}

struct scoreboard_slot *scoreboard_join(struct scoreboard *scoreboard, uint32_t pool)
{
    pid_t pid = getpid();
    struct scoreboard_slot *slot = scoreboard_find(scoreboard, pid);
    /* A pool's worker finds the slot it was given; what else has this pid is of a dead process. */
    if (slot == NULL) {
        slot = take_free(scoreboard, pid);
        if (slot != NULL) {
            clear(slot, pid, pool);
        }
    } else if (pool != 0 || atomic_load(&slot->state) != WORKER_STARTING) {
        clear(slot, pid, pool);
    }
    return slot;
}

void scoreboard_leave(struct scoreboard_slot *slot, pid_t pid)
{
    int32_t holder = pid;
    (void)atomic_compare_exchange_strong(&slot->pid, &holder, 0);
}

static void relaxed(_Atomic int64_t *place, int64_t value)
{
    atomic_store_explicit(place, value, memory_order_relaxed);
}

void scoreboard_idle(struct scoreboard_slot *slot)
{
    int64_t now_us = clock_monotonic_us();
    relaxed(&slot->beat_us, now_us);
    relaxed(&slot->since_us, now_us);
    atomic_store_explicit(&slot->state, WORKER_IDLE, memory_order_release);
}

void scoreboard_begin(struct scoreboard_slot *slot, const char *request_id, int64_t now_us)
{
    uint64_t words[SCOREBOARD_REQUEST_ID_SIZE / 8] = { 0 };
    memcpy(words, request_id, strnlen(request_id, sizeof words));
    for (size_t i = 0; i < SCOREBOARD_REQUEST_ID_SIZE / 8; i++) {
        atomic_store_explicit(&slot->request_id[i], words[i], memory_order_relaxed);
    }
    atomic_store_explicit(&slot->route, 0, memory_order_relaxed);
    relaxed(&slot->since_us, now_us);
    atomic_store_explicit(&slot->state, WORKER_BUSY, memory_order_release);
}

/* Each says so before it counts, so that of two at the same time not both go past the limit. */
bool scoreboard_begin_export(struct scoreboard *scoreboard, struct scoreboard_slot *slot)
{
    unsigned workers = 0;
    unsigned exporting = 0;
    atomic_store(&slot->exporting, 1);
    for (size_t i = 0; i < SCOREBOARD_SLOTS; i++) {
        const struct scoreboard_slot *other = &scoreboard->slots[i];
        int32_t pid = atomic_load(&other->pid);
        if (pid > 0 && !is_gone(pid) && atomic_load(&other->draining) == 0) {
            workers++;
            exporting += atomic_load(&other->exporting);
        }
    }
    bool may = exporting <= 1 || exporting <= workers / 2;
    if (!may) {
        atomic_store(&slot->exporting, 0);
    }
    return may;
}

void scoreboard_end(struct scoreboard_slot *slot, bool failed, int64_t now_us)
{
    atomic_store_explicit(&slot->exporting, 0, memory_order_relaxed);
    /* Nobody else writes here: a load and a store, not an addition that locks the bus. */
    int64_t began_us = atomic_load_explicit(&slot->since_us, memory_order_relaxed);
    int64_t busy_us = atomic_load_explicit(&slot->busy_us, memory_order_relaxed);
    uint64_t requests = atomic_load_explicit(&slot->requests, memory_order_relaxed);
    uint64_t errors = atomic_load_explicit(&slot->errors, memory_order_relaxed);
    atomic_store_explicit(&slot->requests, requests + 1, memory_order_relaxed);
    atomic_store_explicit(&slot->errors, errors + failed, memory_order_relaxed);
    relaxed(&slot->beat_us, now_us);
    relaxed(&slot->since_us, now_us);
    atomic_store_explicit(&slot->state, WORKER_IDLE, memory_order_release);
    relaxed(&slot->busy_us, busy_us + now_us - began_us);
}

/* Of what another process wrote, and may be writing: text without anything that is not. */
static void read_request_id(const struct scoreboard_slot *slot,
                            char text[SCOREBOARD_REQUEST_ID_SIZE + 1])
{
    for (size_t i = 0; i < SCOREBOARD_REQUEST_ID_SIZE / 8; i++) {
        uint64_t word = atomic_load_explicit(&slot->request_id[i], memory_order_relaxed);
        memcpy(text + i * sizeof word, &word, sizeof word);
    }
    text[SCOREBOARD_REQUEST_ID_SIZE] = '\0';
    for (char *c = text; *c != '\0'; c++) {
        if (!isgraph((unsigned char)*c)) {
            *c = '?';
        }
    }
}

bool scoreboard_view(const struct scoreboard *scoreboard, size_t number, struct worker_view *view)
{
    const struct scoreboard_slot *slot = &scoreboard->slots[number];
    *view = (struct worker_view){ .pid = atomic_load(&slot->pid) };
    if (view->pid <= 0 || is_gone(view->pid)) {
        return false;
    }
    uint32_t state = atomic_load_explicit(&slot->state, memory_order_acquire);
    view->state = state <= WORKER_BUSY ? (enum worker_state)state : WORKER_STARTING;
    view->pool = atomic_load(&slot->pool);
    view->draining = atomic_load(&slot->draining) != 0;
    view->stopped = atomic_load(&slot->stopped) != 0;
    metrics_route_name(&scoreboard->metrics, atomic_load(&slot->route), view->route,
                       sizeof view->route);
    read_request_id(slot, view->request_id);
    view->connections = atomic_load(&slot->connections);
    uint32_t database = atomic_load(&slot->database);
    view->database = database <= DATABASE_AWAY ? (enum database_state)database : DATABASE_UNTRIED;
    view->started_us = atomic_load(&slot->started_us);
    view->since_us = atomic_load(&slot->since_us);
    view->beat_us = atomic_load(&slot->beat_us);
    view->busy_us = atomic_load(&slot->busy_us);
    view->requests = atomic_load(&slot->requests);
    view->errors = atomic_load(&slot->errors);
    view->memory_kb = atomic_load(&slot->memory_kb);
    return true;
}

int64_t worker_silence_us(const struct worker_view *view, int64_t now_us)
{
    int64_t sign = view->since_us > view->beat_us ? view->since_us : view->beat_us;
    return now_us > sign ? now_us - sign : 0;
}
