/*
 * pipeline.h - several prepared statements as one transaction in one round trip. Only for
 * src/store.
 */
#ifndef STOCKPILOT_SRC_STORE_PIPELINE_H
#define STOCKPILOT_SRC_STORE_PIPELINE_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/store/store.h"

#define STATEMENT_MAX_PARAMETERS 16
#define PIPELINE_MAX_CALLS 8 /* what is put before and behind them included */

/* Prepared under its name the first time a connection needs it. */
struct statement {
    const char *name;
    const char *sql;
    int parameter_count;
};

/* One execution. Values are text; NULL is SQL's null. */
struct call {
    const struct statement *statement;
    const char *values[STATEMENT_MAX_PARAMETERS];
};

/*
 * Runs the calls in order; all happen or none. results[i] belongs to the arena and has status
 * PGRES_TUPLES_OK or PGRES_COMMAND_OK. On failure error says what the client may know.
 *
 * Before the calls, in the same transaction, the caller's token is held against what was decided
 * about the caller since (see store.h), and pipeline_write() tells the database who acts
 * (act_as()), for the audit trail and the ledger. Behind them it is noted that the caller is here,
 * where that is asked for. The results are numbered without that.
 */
MUST_CHECK enum error_kind pipeline_read(const struct store_request *request,
                                         const struct call *calls, size_t count,
                                         const PGresult **results);
MUST_CHECK enum error_kind pipeline_write(const struct store_request *request,
                                          const struct call *calls, size_t count,
                                          const PGresult **results);

/*
 * One call that the database does once for request->idempotency_key
 * (sql/migrations/0010_trade.sql): when the connection breaks it is sent again, and has the outcome
 * of the first time if there was one.
 */
MUST_CHECK enum error_kind pipeline_write_once(const struct store_request *request,
                                               const struct call *call, const PGresult **result);

/* The text of a field, or NULL where it is null. */
const char *result_text(const PGresult *result, int row, int column);

/* How many rows of a result belong on a page of `limit`; one row more was asked for, to know
 * whether there is more. */
size_t result_page(const PGresult *result, int64_t limit, bool *more);

/* For when the request's arena is used up. */
enum error_kind store_no_memory(const struct store_request *request);

#endif
