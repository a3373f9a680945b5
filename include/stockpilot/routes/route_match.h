/*
 * route_match.h - from method and path to a row of the route table.
 */
#ifndef STOCKPILOT_ROUTES_ROUTE_MATCH_H
#define STOCKPILOT_ROUTES_ROUTE_MATCH_H

#include "stockpilot/routes/route_table.h"
#include "stockpilot/text/uuid.h"

enum route_result { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_OTHER_METHOD };

struct route_match {
    const struct route *route;                                /* when ROUTE_FOUND */
    char parameters[EXCHANGE_MAX_PARAMETERS][UUID_TEXT_SIZE]; /* in lower case */
    char allow[64]; /* when the path is known: the value of the Allow header */
};

/*
 * HEAD finds the row of GET. OPTIONS on a known path is ROUTE_OTHER_METHOD: the caller answers from
 * `allow`. A parameter segment that is no UUID makes the path unknown. A fixed segment wins over a
 * parameter
 * ("/notifications/read" over "/notifications/{notificationId}").
 */
MUST_CHECK enum route_result route_match(const char *method, const char *path,
                                         struct route_match *match);

#endif
