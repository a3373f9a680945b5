#include "connection.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "database_hosts.h"
#include "stockpilot/log/log.h"
#include "stockpilot/metrics/metrics.h"

/* After a failed try the next requests are told so at once, rather than each waiting its turn. */
#define RETRY_PAUSE_MS 250

/* Times go over the wire as UTC in ISO form: json_write_timestamp() reads just that. */
static const char session_settings[] = "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; "
                                       "SET client_min_messages = 'warning'";

struct store *store_new(const char *database_url, int request_time_ms)
{
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        return NULL;
    }
    store->request_time_ms = request_time_ms;
    store->database_url = strdup(database_url);
    if (store->database_url == NULL) {
        free(store);
        return NULL;
    }
    return store;
}

static void close_connection(struct store *store)
{
    if (store->connection != NULL) {
        PQfinish(store->connection);
        store->connection = NULL;
    }
    store->prepared_count = 0;
    store->listening = false;
}

void store_free(struct store *store)
{
    if (store == NULL) {
        return;
    }
    close_connection(store);
    explicit_bzero(store->database_url, strlen(store->database_url));
    free(store->database_url);
    free(store);
}

enum error_kind store_connect(struct store *store, struct deadline deadline, struct error *error)
{
    return connection_ensure(store, deadline, error);
}

enum store_state store_state(const struct store *store)
{
    if (store->connection != NULL) {
        return STORE_CONNECTED;
    }
    return store->tried ? STORE_AWAY : STORE_UNTRIED;
}

void connection_drop(struct store *store)
{
    if (store->connection != NULL) {
        metrics_add(METRIC_DATABASE_LOSSES);
    }
    close_connection(store);
}

void connection_blame(struct store *store, bool had_a_chance)
{
    connection_drop(store);
    if (had_a_chance) {
        store->retry_at_ms = clock_monotonic_ms() + RETRY_PAUSE_MS;
    }
}

bool connection_has_a_chance(const struct store *store, struct deadline deadline)
{
    return deadline_left_ms(deadline) >= store->request_time_ms / 2;
}

void store_do_meanwhile(struct store *store, const struct store_meanwhile *meanwhile)
{
    store->meanwhile = *meanwhile;
}

static bool wait_for(int descriptor, short events, int timeout_ms)
{
    struct pollfd wanted = { .fd = descriptor, .events = events };
    return timeout_ms > 0 && poll(&wanted, 1, timeout_ms) > 0;
}

/* Both descriptors, until the first of them can be used or the time is up. */
static bool wait_and_do_meanwhile(const struct store_meanwhile *meanwhile, int descriptor,
                                  short events, struct deadline deadline)
{
    struct pollfd wanted[] = { { .fd = descriptor, .events = events },
                               { .fd = meanwhile->begin(meanwhile->context), .events = POLLIN } };
    while (wanted[0].revents == 0) {
        int left = deadline_left_ms(deadline);
        if (left <= 0 || poll(wanted, 2, left) <= 0) {
            return false;
        }
        if (wanted[1].revents != 0) {
            meanwhile->ready(meanwhile->context);
        }
    }
    return true;
}

static bool wait_until(const struct store *store, int descriptor, short events,
                       struct deadline deadline)
{
    const struct store_meanwhile *meanwhile = &store->meanwhile;
    int left = deadline_left_ms(deadline);
    if (meanwhile->begin == NULL || left <= meanwhile->patience_ms) {
        return wait_for(descriptor, events, left);
    }
    return wait_for(descriptor, events, meanwhile->patience_ms) ||
           wait_and_do_meanwhile(meanwhile, descriptor, events, deadline);
}

bool connection_wait(struct store *store, struct deadline deadline)
{
    int unsent = PQflush(store->connection);
    short events = unsent > 0 ? POLLIN | POLLOUT : POLLIN;
    return unsent >= 0 && wait_until(store, PQsocket(store->connection), events, deadline) &&
           PQconsumeInput(store->connection) == 1;
}

/* libpq's own words never hold the password, but end in a newline. */
static enum error_kind unavailable(struct store *store, const char *what, bool had_a_chance,
                                   struct deadline deadline, struct error *error)
{
    const char *reason = store->connection != NULL ? PQerrorMessage(store->connection) : "";
    error_set_cause(error, ERROR_UNAVAILABLE, "%s: %.*s", what, (int)strcspn(reason, "\n"), reason);
    metrics_add(METRIC_DATABASE_CONNECT_FAILURES);
    close_connection(store);
    connection_blame(store, had_a_chance || !deadline_passed(deadline));
    return ERROR_UNAVAILABLE;
}

static void discard_notice(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

static bool finish_connecting(struct store *store, struct deadline deadline)
{
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
        short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (!wait_until(store, PQsocket(store->connection), events, deadline)) {
            return false;
        }
        status = PQconnectPoll(store->connection);
    }
    return status == PGRES_POLLING_OK;
}

static bool apply_session_settings(struct store *store, struct deadline deadline)
{
    if (PQsendQuery(store->connection, session_settings) != 1) {
        return false;
    }
    bool worked = true;
    for (;;) {
        while (PQisBusy(store->connection)) {
            if (!connection_wait(store, deadline)) {
                return false;
            }
        }
        PGresult *result = PQgetResult(store->connection);
        if (result == NULL) {
            return worked;
        }
        worked = worked && PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
}

/* NULL without memory. Of a keyword that comes twice libpq takes the last value that is there. */
static PGconn *begin_connecting(const struct store *store)
{
    struct database_hosts hosts;
    if (database_hosts_from(store->database_url, store->first_host, &hosts) != ERROR_NONE) {
        return NULL;
    }
    const char *const keywords[] = { "dbname",
                                     hosts.keywords[0],
                                     hosts.keywords[1],
                                     hosts.keywords[2],
                                     "fallback_application_name",
                                     "client_encoding",
                                     NULL };
    const char *const values[] = { store->database_url,
                                   hosts.values[0],
                                   hosts.values[1],
                                   hosts.values[2],
                                   program_invocation_short_name,
                                   "UTF8",
                                   NULL };
    PGconn *connection = PQconnectStartParams(keywords, values, 1);
    database_hosts_free(&hosts);
    return connection;
}

static enum error_kind connection_open(struct store *store, struct deadline deadline,
                                       struct error *error)
{
    int64_t began = clock_monotonic_ms();
    store->tried = true;
    bool had_a_chance = connection_has_a_chance(store, deadline);
    store->connection = begin_connecting(store);
    if (store->connection == NULL || PQstatus(store->connection) == CONNECTION_BAD) {
        return unavailable(store, "cannot connect to the database", had_a_chance, deadline, error);
    }
    PQsetNoticeReceiver(store->connection, discard_notice, NULL);
    if (!finish_connecting(store, deadline)) {
        /* A host that stays silent keeps libpq from the next one: begin behind it. */
        store->first_host += had_a_chance && deadline_passed(deadline);
        return unavailable(store, "cannot connect to the database", had_a_chance, deadline, error);
    }
    if (PQsetnonblocking(store->connection, 1) != 0 || !apply_session_settings(store, deadline)) {
        return unavailable(store, "the database did not answer after connecting", had_a_chance,
                           deadline, error);
    }
    metrics_add(METRIC_DATABASE_CONNECTS);
    LOG(LOG_LEVEL_INFO, "database_connected", LOG_TEXT("host", PQhost(store->connection)),
        LOG_NUMBER("duration_ms", clock_monotonic_ms() - began));
    return ERROR_NONE;
}

/* A backend that was ended meanwhile has left a message or an end of file for us to read. */
static bool still_alive(struct store *store)
{
    struct pollfd waiting = { .fd = PQsocket(store->connection), .events = POLLIN };
    while (poll(&waiting, 1, 0) > 0) {
        if (PQconsumeInput(store->connection) != 1 ||
            PQstatus(store->connection) != CONNECTION_OK) {
            return false;
        }
    }
    return true;
}

enum error_kind connection_ensure(struct store *store, struct deadline deadline,
                                  struct error *error)
{
    if (store->connection != NULL) {
        if (still_alive(store)) {
            return ERROR_NONE;
        }
        LOG(LOG_LEVEL_WARNING, "database_connection_lost");
        connection_drop(store);
    }
    if (clock_monotonic_ms() < store->retry_at_ms) {
        return error_set_cause(error, ERROR_UNAVAILABLE,
                               "the database was away a moment ago; not tried again yet");
    }
    return connection_open(store, deadline, error);
}
