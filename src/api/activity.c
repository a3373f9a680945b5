#include "activity.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "stockpilot/clock/clock.h"
#include "stockpilot/log/log.h"

/* How often a worker looks at its own memory: reading /proc costs some ten microseconds. */
#define MEMORY_INTERVAL_US 1000000

struct activity {
    struct scoreboard *scoreboard; /* NULL: there is none */
    struct scoreboard_slot *slot;  /* `unseen` without one */
    struct scoreboard_slot unseen;
    uint32_t route;
    int64_t begun_us;
    int64_t memory_seen_us;
    uint32_t route_numbers[METRICS_ROUTES]; /* of the route table's rows */
};

static void name_routes(struct activity *activity)
{
    size_t count;
    const struct route *routes = route_table(&count);
    for (size_t i = 0; i < count && i < METRICS_ROUTES; i++) {
        activity->route_numbers[i] = metrics_route(routes[i].method, routes[i].pattern);
    }
}

struct activity *activity_new(const char *scoreboard_name)
{
    struct activity *activity = calloc(1, sizeof *activity);
    if (activity == NULL) {
        return NULL;
    }
    struct error error = { 0 };
    activity->slot = &activity->unseen;
    activity->scoreboard = scoreboard_open(scoreboard_name, NULL, &error);
    if (activity->scoreboard == NULL) {
        LOG(LOG_LEVEL_WARNING, "scoreboard_unavailable", LOG_TEXT("cause", error.cause));
    } else {
        metrics_use(&activity->scoreboard->metrics);
        struct scoreboard_slot *slot = scoreboard_join(activity->scoreboard, 0);
        if (slot != NULL) {
            activity->slot = slot;
        } else {
            LOG(LOG_LEVEL_WARNING, "scoreboard_full", LOG_TEXT("name", scoreboard_name));
        }
    }
    name_routes(activity);
    return activity;
}

void activity_free(struct activity *activity)
{
    if (activity == NULL) {
        return;
    }
    scoreboard_leave(activity->slot, getpid());
    metrics_use(NULL);
    scoreboard_close(activity->scoreboard);
    free(activity);
}

const struct scoreboard *activity_scoreboard(const struct activity *activity)
{
    return activity->scoreboard;
}

/* Pages that are this process' own: resident ones without what it shares with files and others.
 * The second and third number of /proc/self/statm; 0 when that cannot be read. */
static uint64_t own_memory_kb(void)
{
    char text[128];
    char *at;
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return 0;
    }
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0) {
        return 0;
    }
    text[length] = '\0';
    (void)strtoull(text, &at, 10); /* the address space */
    uint64_t resident = strtoull(at, &at, 10);
    uint64_t shared = strtoull(at, &at, 10);
    return resident > shared ? (resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE) / 1024 : 0;
}

static void look_at_memory(struct activity *activity, int64_t now_us)
{
    if (now_us - activity->memory_seen_us >= MEMORY_INTERVAL_US) {
        activity->memory_seen_us = now_us;
        atomic_store_explicit(&activity->slot->memory_kb, own_memory_kb(), memory_order_relaxed);
    }
}

void activity_connected(struct activity *activity, enum database_state database)
{
    atomic_store_explicit(&activity->slot->database, database, memory_order_relaxed);
}

void activity_waiting(struct activity *activity, unsigned connections)
{
    int64_t now_us = clock_monotonic_us();
    struct scoreboard_slot *slot = activity->slot;
    if (atomic_load_explicit(&slot->state, memory_order_relaxed) == WORKER_STARTING) {
        scoreboard_idle(slot);
    }
    atomic_store_explicit(&slot->beat_us, now_us, memory_order_relaxed);
    atomic_store_explicit(&slot->connections, connections, memory_order_relaxed);
    look_at_memory(activity, now_us);
}

void activity_draining(struct activity *activity)
{
    atomic_store_explicit(&activity->slot->draining, 1, memory_order_relaxed);
}

void activity_begin(struct activity *activity, const struct http_request *request, int64_t now_us)
{
    activity->route = 0;
    activity->begun_us = now_us;
    scoreboard_begin(activity->slot, request->request_id, now_us);
}

void activity_goes_on(struct activity *activity)
{
    atomic_store_explicit(&activity->slot->beat_us, clock_monotonic_us(), memory_order_relaxed);
}

bool activity_exports(struct activity *activity)
{
    return activity->scoreboard == NULL ||
           scoreboard_begin_export(activity->scoreboard, activity->slot);
}

void activity_route(struct activity *activity, const struct route *route)
{
    size_t count;
    size_t row = (size_t)(route - route_table(&count));
    activity->route = row < METRICS_ROUTES ? activity->route_numbers[row] : 0;
    atomic_store_explicit(&activity->slot->route, activity->route, memory_order_relaxed);
}

void activity_end(struct activity *activity, int status, enum database_state database,
                  int64_t now_us)
{
    metrics_request(activity->route, status, now_us - activity->begun_us);
    atomic_store_explicit(&activity->slot->database, database, memory_order_relaxed);
    scoreboard_end(activity->slot, status >= 500, now_us);
    look_at_memory(activity, now_us);
}
