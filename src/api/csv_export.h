/*
 * csv_export.h - a list as CSV, all of it, in pieces: its handler is asked for page after page, as
 * a client would ask, and each page is sent before the next one is made. So it has what the JSON of
 * the list has, a row that stays in place while it runs exactly once, and needs the memory of a
 * page. Only for src/api.
 */
#ifndef STOCKPILOT_SRC_API_CSV_EXPORT_H
#define STOCKPILOT_SRC_API_CSV_EXPORT_H

#include "activity.h"
#include "stockpilot/routes/route_table.h"

#define CSV_TYPE "text/csv"

/* Whether the list is wanted as CSV. */
bool csv_export_wanted(const struct route *route, const struct http_request *request);

/* Fills the response with the first page, and with where the others come from. With `limit` or
 * `cursor` in the query it is that page, with its Link, and no more. deadline_ms: for each page. */
MUST_CHECK enum error_kind csv_export_begin(struct exchange *exchange, const struct route *route,
                                            struct activity *activity, int deadline_ms);

#endif
