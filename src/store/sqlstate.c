#include "sqlstate.h"

#include <stddef.h>
#include <string.h>

/* By then the other request has ended, or is about to. */
#define KEY_IN_USE_RETRY_SECONDS 1

/* What a broken constraint means to a client. A constraint that is not here is a fault of ours. */
struct constraint {
    const char *name;
    enum error_kind kind;
    const char *pointer; /* NULL: it is not about a field */
    const char *code;
    const char *detail;
};

static const struct constraint constraints[] = {
    { "products_pkey", ERROR_CONFLICT, "/productId", "taken", "Another product has this id." },
    { "products_sku_key", ERROR_CONFLICT, "/sku", "taken", "Another product has this sku." },
    { "products_sku_length", ERROR_INVALID, "/sku", "too_long", "has 1 to 64 characters" },
    { "products_name_length", ERROR_INVALID, "/name", "too_long", "has 1 to 200 characters" },
    { "products_description_length", ERROR_INVALID, "/description", "too_long",
      "has at most 4000 characters" },
    { "products_category_length", ERROR_INVALID, "/category", "too_long",
      "has 1 to 100 characters" },
    { "products_price_not_negative", ERROR_INVALID, "/price", "out_of_range", "is 0 or more" },
    { "products_rating_range", ERROR_INVALID, "/rating", "out_of_range", "is from 0 to 5" },
    { "products_stock_not_negative", ERROR_CONFLICT, "/stockQuantity", "not_enough_stock",
      "There is not that much in stock." },
    { "products_minimum_not_negative", ERROR_INVALID, "/minimumStock", "out_of_range",
      "is 0 or more" },
    { "products_image_url_length", ERROR_INVALID, "/imageUrl", "too_long",
      "has 1 to 2048 characters" },
    { "notification_reads_notification_fkey", ERROR_NOT_FOUND, NULL, NULL,
      "There is no such notification." }, /* deleted while it was being marked */
    { "notifications_user_fkey", ERROR_INVALID, "/userId", "unknown", "there is no such user" },
    { "users_alerts_have_address", ERROR_INVALID, "/alertDelivery", "no_address",
      "needs an e-mail address, and none of yours is known" },
    { "notifications_type_known", ERROR_INVALID, "/type", "not_a_choice", "is no known type" },
    { "notifications_title_length", ERROR_INVALID, "/title", "too_long",
      "has 1 to 200 characters" },
    { "notifications_message_length", ERROR_INVALID, "/message", "too_long",
      "has 1 to 2000 characters" },
};

/* Classes ("53") and single codes ("57P03"); the first that fits counts. */
struct condition {
    const char *prefix;
    enum error_kind kind;
    const char *detail; /* for the client; NULL: the kind's own sentence */
};

static const struct condition conditions[] = {
    { SQLSTATE_NO_SUCH_PRODUCT, ERROR_NOT_FOUND, "There is no such product." },
    { SQLSTATE_PRODUCT_ARCHIVED, ERROR_NOT_FOUND, "The product is archived." },
    { SQLSTATE_NOT_ENOUGH_STOCK, ERROR_CONFLICT, "There is not that much in stock." },
    { SQLSTATE_STALE_VERSION, ERROR_STALE, NULL },
    { SQLSTATE_KEY_IN_USE, ERROR_CONFLICT,
      "A request with this Idempotency-Key is still being worked on." },
    { SQLSTATE_KEY_OF_ANOTHER_REQUEST, ERROR_INVALID,
      "This Idempotency-Key was used for another request." },
    { SQLSTATE_NO_SUCH_UPLOAD, ERROR_NOT_FOUND, "There is no such upload of this product." },
    { SQLSTATE_CALLER_DISABLED, ERROR_FORBIDDEN, ACCOUNT_DISABLED },
    { SQLSTATE_ROLE_TOO_LOW, ERROR_FORBIDDEN, NULL },
    { SQLSTATE_ONESELF, ERROR_CONFLICT, "Nobody disables or demotes themselves." },
    { SQLSTATE_LAST_ADMINISTRATOR, ERROR_CONFLICT,
      "This is the last administrator: make somebody else one first." },
    { SQLSTATE_NOT_INVITED, ERROR_CONFLICT,
      "This user comes from the former system: invite them by their e-mail address first." },
    { SQLSTATE_CALLER_UNKNOWN, ERROR_UNAVAILABLE, NULL }, /* the next request makes the row anew */
    { "22003", ERROR_INVALID, "A number is out of range." },
    { "22007", ERROR_MALFORMED, "A date cannot be read." },
    { "22008", ERROR_MALFORMED, "A date is out of range." },
    { "22P02", ERROR_MALFORMED, "A value cannot be read." },
    { "22021", ERROR_MALFORMED, "A text holds a character that cannot be kept." },
    { "08", ERROR_UNAVAILABLE, NULL },    /* connection */
    { "25006", ERROR_UNAVAILABLE, NULL }, /* read-only: no longer the primary */
    { "40", ERROR_UNAVAILABLE, NULL },    /* deadlock and serialization, after all tries */
    { "53", ERROR_UNAVAILABLE, NULL },    /* out of connections, memory, disk */
    { "55P03", ERROR_UNAVAILABLE, NULL }, /* lock timeout */
    { "57", ERROR_UNAVAILABLE, NULL },    /* statement timeout, shutdown, start-up */
    { "58", ERROR_UNAVAILABLE, NULL },    /* the server's own disk and files */
    { "42P01", ERROR_UNAVAILABLE, NULL }, /* no such table: the schema is not there yet */
    { "42883", ERROR_UNAVAILABLE, NULL }, /* no such function: the schema is old */
    { "42703", ERROR_UNAVAILABLE, NULL }, /* no such column: likewise */
    { "3D000", ERROR_UNAVAILABLE, NULL }, /* no such database */
    { "28", ERROR_UNAVAILABLE, NULL },    /* not let in */
};

static const char *sqlstate_of(const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state != NULL ? state : "";
}

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static enum error_kind constraint_error(const struct constraint *constraint, struct error *error)
{
    if (constraint->pointer != NULL) {
        error_add_field(error, constraint->pointer, constraint->code, "%s", constraint->detail);
    }
    /* Of an invalid value the field says it all. */
    return constraint->kind == ERROR_INVALID
               ? error->kind
               : error_set(error, constraint->kind, "%s", constraint->detail);
}

enum error_kind sqlstate_error(const PGresult *result, struct error *error)
{
    const char *state = sqlstate_of(result);
    const char *broken = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (broken != NULL && begins_with(state, "23")) {
        for (size_t i = 0; i < sizeof constraints / sizeof *constraints; i++) {
            if (strcmp(constraints[i].name, broken) == 0) {
                return constraint_error(&constraints[i], error);
            }
        }
    }
    if (sqlstate_is_key_in_use(result)) {
        error->retry_after_seconds = KEY_IN_USE_RETRY_SECONDS;
    }
    enum error_kind kind = ERROR_INTERNAL;
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        if (begins_with(state, conditions[i].prefix)) {
            kind = conditions[i].kind;
            if (conditions[i].detail != NULL) {
                error_set(error, kind, "%s", conditions[i].detail);
            }
            break;
        }
    }
    return error_set_cause(error, kind, "PostgreSQL %s: %s", state,
                           message != NULL ? message : "no message");
}

/* 26000: the prepared statement is gone; 42P05: it is there already; 0A000: its plan no longer fits
 * a migrated table. A new connection has none of these. */
static bool is_about_plans(const char *state)
{
    return strcmp(state, "26000") == 0 || strcmp(state, "42P05") == 0 ||
           strcmp(state, "0A000") == 0;
}

bool sqlstate_is_key_in_use(const PGresult *result)
{
    return strcmp(sqlstate_of(result), SQLSTATE_KEY_IN_USE) == 0;
}

bool sqlstate_is_retryable(const PGresult *result)
{
    const char *state = sqlstate_of(result);
    return strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0 || is_about_plans(state);
}

bool sqlstate_ends_connection(const PGresult *result)
{
    const char *state = sqlstate_of(result);
    return begins_with(state, "08") || begins_with(state, "57P") || strcmp(state, "25006") == 0 ||
           is_about_plans(state);
}
