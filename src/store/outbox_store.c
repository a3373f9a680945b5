#include "stockpilot/store/outbox_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline.h"

#define NUMBER_SIZE 24
#define INTERVAL_SIZE 40

static const struct statement claim = {
    "outbox_claim",
    "SELECT o.outbox_id, o.message_id, o.topic, o.attempts, coalesce(o.payload->>'kind', 'alert'),"
    " o.payload->>'title', o.payload->>'message',"
    " to_char(coalesce((o.payload->>'happened_at')::timestamptz, o.created_at)"
    " AT TIME ZONE s.business_time_zone, 'YYYY-MM-DD HH24:MI ') || s.business_time_zone,"
    " o.payload->>'product_id', o.payload->>'product_name', o.payload->>'sku',"
    " o.payload->>'stock_quantity', o.payload->>'minimum_stock', outbox_recipients(o), o.payload"
    " FROM claim_outbox($1::uuid, $2::integer, $3::interval, $4::text[]) o, settings s"
    " ORDER BY o.outbox_id",
    4,
};

static const struct statement sent = {
    "outbox_sent",
    "SELECT outbox_sent($1::bigint, $2::uuid)",
    2,
};

static const struct statement failed = {
    "outbox_failed",
    "SELECT outbox_failed($1::bigint, $2::uuid, $3, $4::interval)",
    4,
};

static const struct statement refused = {
    "outbox_refused",
    "SELECT outbox_refused($1::bigint, $2::uuid, $3, $4::interval, $5::integer)",
    5,
};

static const struct statement release = {
    "outbox_release",
    "SELECT release_outbox($1::uuid)",
    1,
};

static const struct statement next_due = {
    "outbox_next_due",
    "SELECT ceil(extract(epoch FROM least("
    "(SELECT min(available_at) FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL"
    " AND available_at > clock_timestamp() - $2::interval AND topic = ANY ($1::text[])),"
    " (SELECT min(available_at) FROM email_subscriptions WHERE subscribed_at IS NULL"
    " AND dead_at IS NULL AND available_at > clock_timestamp() - $2::interval AND topic = ANY "
    "($1::text[])))"
    " - clock_timestamp()) * 1000)::bigint",
    2,
};

#define ENTRY_COLUMNS                                                                              \
    "outbox_id, message_id, CASE WHEN dead_at IS NOT NULL THEN 'parked'"                           \
    " WHEN claimed_by IS NOT NULL THEN 'claimed' ELSE 'waiting' END, topic,"                       \
    " payload->>'title', attempts, refusals, created_at,"                                          \
    " floor(extract(epoch FROM clock_timestamp() - created_at))::bigint,"                          \
    " CASE WHEN dead_at IS NULL THEN available_at END, last_error"

static const struct statement list = {
    "outbox_list",
    "(SELECT " ENTRY_COLUMNS " FROM outbox WHERE dead_at IS NOT NULL"
    " ORDER BY outbox_id LIMIT $1::bigint)"
    " UNION ALL (SELECT " ENTRY_COLUMNS " FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL"
    " ORDER BY available_at, outbox_id LIMIT $1::bigint)",
    1,
};

static const struct statement counts = {
    "outbox_counts",
    "SELECT (SELECT count(*) FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL),"
    " (SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL)",
    0,
};

static const struct statement retry = { "outbox_retry", "SELECT outbox_retry($1::bigint)", 1 };

static const struct statement retry_parked = {
    "outbox_retry_parked",
    "SELECT count(*) FILTER (WHERE outbox_retry(outbox_id)) FROM outbox WHERE dead_at IS NOT NULL",
    0,
};

static const struct statement park = { "outbox_park", "SELECT outbox_park($1::bigint)", 1 };

/* A message that was tried is due however long its next pause is; one that somebody sends again
 * is as old as it was. */
static const struct statement figures_of = {
    "outbox_figures",
    "SELECT (SELECT greatest(0, ceil(extract(epoch FROM clock_timestamp() - min(created_at))))"
    "::bigint FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL"
    " AND topic = ANY ($1::text[]) AND (attempts > 0 OR available_at <= clock_timestamp())),"
    " (SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL),"
    " (SELECT count(*) FROM alert_states WHERE state = 'low')",
    1,
};

static void format_interval(int64_t milliseconds, char text[INTERVAL_SIZE])
{
    snprintf(text, INTERVAL_SIZE, "%" PRId64 " milliseconds", milliseconds);
}

static struct outbox_message message_from_row(const PGresult *result, int row)
{
    return (struct outbox_message){
        .outbox_id = result_text(result, row, 0),
        .message_id = result_text(result, row, 1),
        .topic = result_text(result, row, 2),
        .attempts = (int)strtol(result_text(result, row, 3), NULL, 10),
        .kind = result_text(result, row, 4),
        .title = result_text(result, row, 5),
        .message = result_text(result, row, 6),
        .happened_at = result_text(result, row, 7),
        .product_id = result_text(result, row, 8),
        .product_name = result_text(result, row, 9),
        .sku = result_text(result, row, 10),
        .stock_quantity = result_text(result, row, 11),
        .minimum_stock = result_text(result, row, 12),
        .recipients = result_text(result, row, 13),
        .payload = result_text(result, row, 14),
    };
}

enum error_kind outbox_store_claim(const struct store_request *request, const char *claimant,
                                   int limit, int64_t lease_ms, const char *topics,
                                   struct outbox_claims *claims)
{
    char most[NUMBER_SIZE];
    char lease[INTERVAL_SIZE];
    snprintf(most, sizeof most, "%d", limit);
    format_interval(lease_ms, lease);
    const struct call call = { &claim, { claimant, most, lease, topics } };
    const PGresult *result;
    enum error_kind kind = pipeline_write(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    size_t count = (size_t)PQntuples(result);
    struct outbox_message *items = arena_array(request->arena, count, sizeof *items);
    if (items == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        items[i] = message_from_row(result, (int)i);
    }
    *claims = (struct outbox_claims){ count, items };
    return ERROR_NONE;
}

/* Calls a function of the database that returns one value. */
static enum error_kind write_value(const struct store_request *request, const struct call *call,
                                   const char **value)
{
    const PGresult *result;
    enum error_kind kind = pipeline_write(request, call, 1, &result);
    if (kind == ERROR_NONE) {
        *value = result_text(result, 0, 0);
    }
    return kind;
}

static enum error_kind write_boolean(const struct store_request *request, const struct call *call,
                                     bool *answer)
{
    const char *value = NULL;
    enum error_kind kind = write_value(request, call, &value);
    if (kind == ERROR_NONE) {
        *answer = value != NULL && strcmp(value, "t") == 0;
    }
    return kind;
}

enum error_kind outbox_store_sent(const struct store_request *request, const char *outbox_id,
                                  const char *claimant, bool *kept)
{
    const struct call call = { &sent, { outbox_id, claimant } };
    return write_boolean(request, &call, kept);
}

enum error_kind outbox_store_failed(const struct store_request *request, const char *outbox_id,
                                    const char *claimant, const char *why, int64_t pause_ms,
                                    bool *kept)
{
    char pause[INTERVAL_SIZE];
    format_interval(pause_ms, pause);
    const struct call call = { &failed, { outbox_id, claimant, why, pause } };
    return write_boolean(request, &call, kept);
}

enum error_kind outbox_store_refused(const struct store_request *request, const char *outbox_id,
                                     const char *claimant, const char *why, int64_t pause_ms,
                                     int maximum, enum outbox_refusal *outcome)
{
    char pause[INTERVAL_SIZE];
    char most[NUMBER_SIZE];
    format_interval(pause_ms, pause);
    snprintf(most, sizeof most, "%d", maximum);
    const struct call call = { &refused, { outbox_id, claimant, why, pause, most } };
    const char *value = NULL;
    enum error_kind kind = write_value(request, &call, &value);
    if (kind == ERROR_NONE) {
        *outcome = strcmp(value, "parked") == 0   ? OUTBOX_PARKED
                   : strcmp(value, "failed") == 0 ? OUTBOX_FAILED
                                                  : OUTBOX_LOST;
    }
    return kind;
}

enum error_kind outbox_store_release(const struct store_request *request, const char *claimant)
{
    const struct call call = { &release, { claimant } };
    const char *count;
    return write_value(request, &call, &count);
}

enum error_kind outbox_store_next_due(const struct store_request *request, const char *topics,
                                      int64_t looked_ms, int64_t *milliseconds)
{
    char since[INTERVAL_SIZE];
    format_interval(looked_ms, since);
    const struct call call = { &next_due, { topics, since } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    if (kind == ERROR_NONE) {
        const char *text = result_text(result, 0, 0);
        const int64_t left = text != NULL ? strtoll(text, NULL, 10) : -1;
        *milliseconds = text != NULL && left < 0 ? 0 : left;
    }
    return kind;
}

static struct outbox_entry entry_from_row(const PGresult *result, int row)
{
    return (struct outbox_entry){
        .outbox_id = result_text(result, row, 0),
        .message_id = result_text(result, row, 1),
        .state = result_text(result, row, 2),
        .topic = result_text(result, row, 3),
        .title = result_text(result, row, 4),
        .attempts = result_text(result, row, 5),
        .refusals = result_text(result, row, 6),
        .created_at = result_text(result, row, 7),
        .age_seconds = result_text(result, row, 8),
        .due_at = result_text(result, row, 9),
        .last_error = result_text(result, row, 10),
    };
}

enum error_kind outbox_store_list(const struct store_request *request, int limit,
                                  struct outbox_listing *listing)
{
    char most[NUMBER_SIZE];
    snprintf(most, sizeof most, "%d", limit);
    const struct call calls[] = { { &list, { most } }, { &counts, { NULL } } };
    const PGresult *results[2];
    enum error_kind kind = pipeline_read(request, calls, 2, results);
    if (kind != ERROR_NONE) {
        return kind;
    }
    size_t count = (size_t)PQntuples(results[0]);
    struct outbox_entry *items = arena_array(request->arena, count, sizeof *items);
    if (items == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        items[i] = entry_from_row(results[0], (int)i);
    }
    *listing = (struct outbox_listing){ count, items, result_text(results[1], 0, 0),
                                        result_text(results[1], 0, 1) };
    return ERROR_NONE;
}

enum error_kind outbox_store_retry(const struct store_request *request, const char *outbox_id,
                                   bool *found)
{
    const struct call call = { &retry, { outbox_id } };
    return write_boolean(request, &call, found);
}

enum error_kind outbox_store_retry_parked(const struct store_request *request, const char **count)
{
    const struct call call = { &retry_parked, { NULL } };
    return write_value(request, &call, count);
}

enum error_kind outbox_store_park(const struct store_request *request, const char *outbox_id,
                                  bool *found)
{
    const struct call call = { &park, { outbox_id } };
    return write_boolean(request, &call, found);
}

static int64_t number_at(const PGresult *result, int column)
{
    const char *text = result_text(result, 0, column);
    return text != NULL ? strtoll(text, NULL, 10) : 0;
}

enum error_kind outbox_store_figures(const struct store_request *request, const char *topics,
                                     struct outbox_figures *figures)
{
    const struct call call = { &figures_of, { topics } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    if (kind == ERROR_NONE) {
        *figures = (struct outbox_figures){ .age_seconds = number_at(result, 0),
                                            .parked = number_at(result, 1),
                                            .low_stock_count = number_at(result, 2) };
    }
    return kind;
}
