/*
 * activity.h - what this worker tells the host's scoreboard of itself, and what it counts there.
 *
 * Without a scoreboard (no room on /dev/shm, or all slots taken) a worker serves all the same, and
 * tells nobody.
 */
#ifndef STOCKPILOT_SRC_API_ACTIVITY_H
#define STOCKPILOT_SRC_API_ACTIVITY_H

#include "stockpilot/http/request.h"
#include "stockpilot/routes/route_table.h"
#include "stockpilot/scoreboard/scoreboard.h"
#include "stockpilot/store/store.h"

struct activity;

/* Takes a slot of the scoreboard of that name. NULL without memory only. */
struct activity *activity_new(const char *scoreboard_name);
void activity_free(struct activity *activity);

/* NULL: there is none. */
const struct scoreboard *activity_scoreboard(const struct activity *activity);

/* What became of the worker's try to connect before its first request. */
void activity_connected(struct activity *activity, enum database_state database);

/* The worker waits for requests. To be called once a second at least. */
void activity_waiting(struct activity *activity, unsigned connections);
void activity_draining(struct activity *activity);

/* One request: it came, its route was found, it was answered. */
void activity_begin(struct activity *activity, const struct http_request *request, int64_t now_us);
void activity_route(struct activity *activity, const struct route *route);
/* It takes long by its nature, and gets on. */
void activity_goes_on(struct activity *activity);
/* It is an export of many pages. false: half of the workers are at one already. */
MUST_CHECK bool activity_exports(struct activity *activity);
void activity_end(struct activity *activity, int status, enum database_state database,
                  int64_t now_us);

#endif
