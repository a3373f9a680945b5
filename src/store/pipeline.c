#include "pipeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "connection.h"
#include "sqlstate.h"
#include "stockpilot/metrics/metrics.h"

/* Pause before a retry: up to this times the number of the try, so that two rivals fall out of
 * step. */
#define RETRY_JITTER_US 5000

/* How one try ended. */
enum outcome {
    OUTCOME_DONE,
    OUTCOME_FAILED, /* the database said no; nothing was changed */
    OUTCOME_RETRY,  /* likewise, and it may be sent again */
    OUTCOME_LOST    /* the connection broke or the deadline passed: nobody knows */
};

/* One try: the queue goes out, results come back in order. */
struct attempt {
    const struct store_request *request;
    struct store *store;
    const struct call *calls;
    size_t count;
    const PGresult **results;
    const struct statement *preparing[PIPELINE_MAX_CALLS]; /* NULL where it was prepared before */
    PGresult *failure;
    bool had_a_chance; /* to answer in the time that was left when it was asked */
    bool key_in_use;   /* it failed because another transaction works on the same key */
};

static const struct statement act_as = { "act_as", "SELECT act_as($1::uuid, $2)", 2 };

/* Of almost all users nothing was decided of late: the function that knows the rules is asked about
 * the others only (sql/migrations/0017_user_administration.sql). */
#define CHECK_CALLER(role, issued_at, required)                                                    \
    "CASE WHEN u.user_id IS NOT NULL AND u.disabled_at IS NULL AND u.wanted_role IS NULL THEN"     \
    " true ELSE check_caller($1::uuid, " role ", " issued_at "::bigint, " required ") END"         \
    " FROM (VALUES ($1::uuid)) AS c (user_id) LEFT JOIN users u ON u.user_id = c.user_id"

static const struct statement check_caller = {
    "check_caller",
    "SELECT " CHECK_CALLER("$2", "$3", "$4"),
    4,
};

static const struct statement act_for_caller = {
    "act_for_caller",
    "SELECT act_as($1::uuid, $2), " CHECK_CALLER("$3", "$4", "$5"),
    5,
};

/* Behind everything else, so that its row is locked for as short as can be. */
static const struct statement note_sighting = {
    "note_sighting",
    "SELECT note_sighting($1::uuid)",
    1,
};

#define ISSUED_AT_SIZE 24

const char *result_text(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
}

size_t result_page(const PGresult *result, int64_t limit, bool *more)
{
    int64_t rows = PQntuples(result);
    *more = rows > limit;
    return (size_t)(*more ? limit : rows);
}

enum error_kind store_no_memory(const struct store_request *request)
{
    return error_set_cause(request->error, ERROR_INTERNAL, "the request's memory is used up");
}

static bool is_prepared(const struct store *store, const struct statement *statement)
{
    for (size_t i = 0; i < store->prepared_count; i++) {
        if (store->prepared[i] == statement) {
            return true;
        }
    }
    return false;
}

static void mark_prepared(struct store *store, const struct statement *statement)
{
    if (store->prepared_count < STORE_MAX_STATEMENTS) {
        store->prepared[store->prepared_count++] = statement;
    }
}

/* A statement that stands twice in one pipeline is prepared once. */
static bool needs_preparing(const struct attempt *attempt, size_t index)
{
    const struct statement *statement = attempt->calls[index].statement;
    for (size_t i = 0; i < index; i++) {
        if (attempt->preparing[i] == statement) {
            return false;
        }
    }
    return !is_prepared(attempt->store, statement);
}

static bool queue_call(struct attempt *attempt, size_t index)
{
    PGconn *connection = attempt->store->connection;
    const struct call *call = &attempt->calls[index];
    const struct statement *statement = call->statement;
    attempt->preparing[index] = NULL;
    if (needs_preparing(attempt, index)) {
        if (PQsendPrepare(connection, statement->name, statement->sql, 0, NULL) != 1) {
            return false;
        }
        attempt->preparing[index] = statement;
    }
    return PQsendQueryPrepared(connection, statement->name, statement->parameter_count,
                               call->values, NULL, NULL, 0) == 1;
}

/* The next result, or NULL in *result where libpq marks the end of one command. false: lost. */
static bool next_result(struct attempt *attempt, PGresult **result)
{
    struct store *store = attempt->store;
    while (PQisBusy(store->connection)) {
        if (!connection_wait(store, attempt->request->deadline)) {
            return false;
        }
    }
    *result = PQgetResult(store->connection);
    return PQstatus(store->connection) == CONNECTION_OK;
}

static void keep_first_failure(struct attempt *attempt, PGresult *result)
{
    if (attempt->failure == NULL && PQresultStatus(result) == PGRES_FATAL_ERROR) {
        attempt->failure = result;
    } else {
        PQclear(result);
    }
}

/* Reads one command's result and the NULL behind it. */
static bool read_command(struct attempt *attempt, PGresult **result)
{
    PGresult *end = NULL;
    *result = NULL;
    bool read = next_result(attempt, result) && *result != NULL && next_result(attempt, &end);
    if (!read || end != NULL) {
        PQclear(end);
        PQclear(*result);
        *result = NULL;
        return false;
    }
    return true;
}

static void clear_result(void *result)
{
    PQclear(result);
}

static bool read_call(struct attempt *attempt, size_t index)
{
    PGresult *result;
    if (attempt->preparing[index] != NULL) {
        if (!read_command(attempt, &result)) {
            return false;
        }
        if (PQresultStatus(result) == PGRES_COMMAND_OK) {
            mark_prepared(attempt->store, attempt->preparing[index]);
            PQclear(result);
        } else {
            keep_first_failure(attempt, result);
        }
    }
    if (!read_command(attempt, &result)) {
        return false;
    }
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        keep_first_failure(attempt, result);
        return true;
    }
    attempt->results[index] = result;
    return arena_defer(attempt->request->arena, clear_result, result) == ERROR_NONE;
}

static bool exchange_messages(struct attempt *attempt)
{
    PGconn *connection = attempt->store->connection;
    if (PQenterPipelineMode(connection) != 1) {
        return false;
    }
    for (size_t i = 0; i < attempt->count; i++) {
        if (!queue_call(attempt, i)) {
            return false;
        }
    }
    if (PQpipelineSync(connection) != 1) {
        return false;
    }
    for (size_t i = 0; i < attempt->count; i++) {
        if (!read_call(attempt, i)) {
            return false;
        }
    }
    PGresult *sync = NULL;
    bool synced = next_result(attempt, &sync) && PQresultStatus(sync) == PGRES_PIPELINE_SYNC;
    /* Deferred constraints fail here, at the commit. */
    if (!synced && sync != NULL && PQresultStatus(sync) == PGRES_FATAL_ERROR) {
        keep_first_failure(attempt, sync);
        sync = NULL;
        synced = next_result(attempt, &sync) && sync == NULL && next_result(attempt, &sync) &&
                 PQresultStatus(sync) == PGRES_PIPELINE_SYNC;
    }
    PQclear(sync);
    return synced && PQexitPipelineMode(connection) == 1;
}

static enum outcome lost(struct attempt *attempt)
{
    struct error *error = attempt->request->error;
    if (deadline_passed(attempt->request->deadline)) {
        error_set_cause(error, ERROR_UNAVAILABLE, "the database did not answer in time");
        connection_blame(attempt->store, attempt->had_a_chance);
        return OUTCOME_LOST;
    }
    if (attempt->failure != NULL) {
        sqlstate_error(attempt->failure, error);
        error->kind = ERROR_UNAVAILABLE;
    } else {
        const char *reason = PQerrorMessage(attempt->store->connection);
        error_set_cause(error, ERROR_UNAVAILABLE, "the database connection broke: %.*s",
                        (int)strcspn(reason, "\n"), reason);
    }
    connection_drop(attempt->store);
    return OUTCOME_LOST;
}

/* The database only knows that the role is too low. */
static void name_required_role(const struct store_request *request)
{
    struct error *error = request->error;
    if (error->kind == ERROR_FORBIDDEN && error->detail[0] == '\0' &&
        request->required_role != NULL) {
        error_set(error, ERROR_FORBIDDEN, "This takes the role %s.", request->required_role);
    }
}

static enum outcome try_once(struct attempt *attempt)
{
    enum outcome outcome = OUTCOME_DONE;
    int64_t began_us = clock_monotonic_us();
    bool answered = exchange_messages(attempt);
    metrics_database_wait(clock_monotonic_us() - began_us);
    if (!answered) {
        outcome = lost(attempt);
    } else if (attempt->failure != NULL) {
        outcome = sqlstate_is_retryable(attempt->failure) ? OUTCOME_RETRY : OUTCOME_FAILED;
        sqlstate_error(attempt->failure, attempt->request->error);
        name_required_role(attempt->request);
        attempt->key_in_use = sqlstate_is_key_in_use(attempt->failure);
        if (sqlstate_ends_connection(attempt->failure)) {
            connection_drop(attempt->store);
        }
    }
    PQclear(attempt->failure);
    attempt->failure = NULL;
    return outcome;
}

static void pause_before_retry(int tries)
{
    long pause_us = random() % RETRY_JITTER_US * tries;
    const struct timespec pause = { .tv_nsec = pause_us * 1000 };
    nanosleep(&pause, NULL);
}

static enum error_kind run(const struct store_request *request, bool may_repeat_when_lost,
                           const struct call *calls, size_t count, const PGresult **results)
{
    bool repeated_when_lost = false;
    for (int tries = 1;; tries++) {
        error_reset(request->error);
        if (deadline_passed(request->deadline)) {
            /* What is sent now would be carried out after the caller was told that it failed. */
            return error_set_cause(request->error, ERROR_UNAVAILABLE,
                                   "the request's time was up before the database was asked");
        }
        enum error_kind kind = connection_ensure(request->store, request->deadline, request->error);
        if (kind != ERROR_NONE) {
            return kind;
        }
        struct attempt attempt = { .request = request,
                                   .store = request->store,
                                   .calls = calls,
                                   .count = count,
                                   .results = results,
                                   .had_a_chance =
                                       connection_has_a_chance(request->store, request->deadline) };
        enum outcome outcome = try_once(&attempt);
        if (outcome == OUTCOME_DONE) {
            return ERROR_NONE;
        }
        if (attempt.key_in_use && repeated_when_lost) {
            /* The one that was lost is still at it: what becomes of it will be the answer. */
            outcome = OUTCOME_RETRY;
            error_set_cause(request->error, ERROR_UNAVAILABLE,
                            "the request that was lost with its connection has not ended");
        }
        request->error->outcome_unknown = outcome == OUTCOME_LOST && !may_repeat_when_lost;
        bool again = false;
        if (outcome == OUTCOME_RETRY && tries <= STORE_MAX_RETRIES) {
            again = true;
            pause_before_retry(tries);
        } else if (outcome == OUTCOME_LOST && may_repeat_when_lost && !repeated_when_lost) {
            again = true;
            repeated_when_lost = true;
        }
        if (!again || deadline_passed(request->deadline)) {
            return request->error->kind;
        }
    }
}

/* Somebody acts whose token has to be held against what was decided. */
static bool has_caller(const struct store_request *request)
{
    return request->actor_id != NULL && request->token_role != NULL;
}

/* Runs `first`, then the calls, and then notes the caller, if that is asked for; the results are
 * those of the calls. */
static enum error_kind run_after(const struct call *first, const struct store_request *request,
                                 bool may_repeat_when_lost, const struct call *calls, size_t count,
                                 const PGresult **results)
{
    struct call all[PIPELINE_MAX_CALLS];
    const PGresult *all_results[PIPELINE_MAX_CALLS];
    if (count + 2 > PIPELINE_MAX_CALLS) {
        return error_set_cause(request->error, ERROR_INTERNAL, "%zu calls in one pipeline", count);
    }
    all[0] = *first;
    memcpy(&all[1], calls, count * sizeof *calls);
    size_t all_count = count + 1;
    if (has_caller(request) && request->note_sighting) {
        all[all_count++] = (struct call){ &note_sighting, { request->actor_id } };
    }
    enum error_kind kind = run(request, may_repeat_when_lost, all, all_count, all_results);
    for (size_t i = 0; kind == ERROR_NONE && i < count; i++) {
        results[i] = all_results[i + 1];
    }
    return kind;
}

static void format_issued_at(const struct store_request *request, char text[ISSUED_AT_SIZE])
{
    snprintf(text, ISSUED_AT_SIZE, "%" PRId64, request->token_issued_at);
}

enum error_kind pipeline_read(const struct store_request *request, const struct call *calls,
                              size_t count, const PGresult **results)
{
    if (!has_caller(request)) {
        return run(request, true, calls, count, results);
    }
    char issued_at[ISSUED_AT_SIZE];
    format_issued_at(request, issued_at);
    const struct call check = {
        &check_caller, { request->actor_id, request->token_role, issued_at, request->required_role }
    };
    return run_after(&check, request, true, calls, count, results);
}

/* The calls with act_as() before them. */
static enum error_kind write_calls(const struct store_request *request, bool may_repeat_when_lost,
                                   const struct call *calls, size_t count, const PGresult **results)
{
    char issued_at[ISSUED_AT_SIZE];
    format_issued_at(request, issued_at);
    const struct call act =
        has_caller(request)
            ? (struct call){ &act_for_caller,
                             { request->actor_id, request->request_id, request->token_role,
                               issued_at, request->required_role } }
            : (struct call){ &act_as, { request->actor_id, request->request_id } };
    return run_after(&act, request, may_repeat_when_lost, calls, count, results);
}

enum error_kind pipeline_write(const struct store_request *request, const struct call *calls,
                               size_t count, const PGresult **results)
{
    return write_calls(request, false, calls, count, results);
}

enum error_kind pipeline_write_once(const struct store_request *request, const struct call *call,
                                    const PGresult **result)
{
    if (request->idempotency_key == NULL || request->fingerprint == NULL) {
        return error_set_cause(request->error, ERROR_INTERNAL, "%s came without a key",
                               call->statement->name);
    }
    return write_calls(request, true, call, 1, result);
}
