/*
 * sqlstate.h - from PostgreSQL's errors to ours, in one table. Only for src/store.
 */
#ifndef STOCKPILOT_SRC_STORE_SQLSTATE_H
#define STOCKPILOT_SRC_STORE_SQLSTATE_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "stockpilot/error/error.h"

/* Our own conditions, raised by the functions of sql/migrations. */
#define SQLSTATE_NOT_ENOUGH_STOCK "SP001"
#define SQLSTATE_NO_SUCH_PRODUCT "SP002"
#define SQLSTATE_PRODUCT_ARCHIVED "SP003"
#define SQLSTATE_STALE_VERSION "SP006"
#define SQLSTATE_KEY_IN_USE "SP007"
#define SQLSTATE_KEY_OF_ANOTHER_REQUEST "SP008"
#define SQLSTATE_NO_SUCH_UPLOAD "SP009"
#define SQLSTATE_CALLER_DISABLED "SP010"
#define SQLSTATE_ROLE_TOO_LOW "SP011"
#define SQLSTATE_ONESELF "SP012"
#define SQLSTATE_LAST_ADMINISTRATOR "SP013"
#define SQLSTATE_CALLER_UNKNOWN "SP014"
#define SQLSTATE_NOT_INVITED "SP015"

/* What a disabled user is told, whoever notices it. */
#define ACCOUNT_DISABLED "This account is disabled."

/* Sets error for a failed result, and returns its kind for convenience. */
enum error_kind sqlstate_error(const PGresult *result, struct error *error);

/* The same idempotency key is being worked on by another transaction. */
bool sqlstate_is_key_in_use(const PGresult *result);

/* The statement was rolled back and may simply be sent again. */
bool sqlstate_is_retryable(const PGresult *result);

/* The connection is of no more use: another server must be looked for, or its plans are out of
 * date. */
bool sqlstate_ends_connection(const PGresult *result);

#endif
