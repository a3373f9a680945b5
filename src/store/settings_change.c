#include "stockpilot/store/settings_change.h"

#include <stdio.h>
#include <string.h>

#include <libpq-fe.h>

struct setting {
    const char *name;   /* as GET /settings has it */
    const char *update; /* writes nothing when the value is there already */
    const char *wanted;
};

#define UPDATE(column, type)                                                                       \
    "update settings set " column " = $1::" type ", updated_at = clock_timestamp()"                \
    " where " column " is distinct from $1::" type

static const struct setting settings[] = {
    { "currency", UPDATE("currency", "text"), "a code of ISO 4217, such as USD" },
    { "businessTimeZone", UPDATE("business_time_zone", "text"),
      "a time zone of the IANA database, such as Europe/Berlin or UTC" },
    { "defaultMinimumStock", UPDATE("default_minimum_stock", "integer"), "an integer from 0 on" },
    { "orderNotificationAmount", UPDATE("order_notification_amount", "numeric"),
      "an amount above 0, or nothing" },
};

#define SETTING_COUNT (sizeof settings / sizeof *settings)
#define TIME_ZONE 1

/* In the order of the settings. */
static const char show_all[] = "select currency, business_time_zone, default_minimum_stock,"
                               " order_notification_amount from settings";

/* A sale that is being booked meanwhile was given its day by the zone of before: the days around
 * now are computed once more when it is there. */
static const char compute_anew[] = "select refresh_summaries();"
                                   " insert into summary_changes (day) select business_day(now()) "
                                   "+ n from generate_series(-1, 1) n";

struct change {
    const struct settings_change *wanted;
    PGconn *connection;
    bool zone_changed;
    char *why;
    size_t why_size;
};

static bool fail(struct change *change, const char *what, const char *reason)
{
    snprintf(change->why, change->why_size, "%s: %.*s", what, (int)strcspn(reason, "\n"), reason);
    return false;
}

static bool execute(struct change *change, const char *sql)
{
    PGresult *result = PQexec(change->connection, sql);
    ExecStatusType status = PQresultStatus(result);
    bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!done) {
        (void)fail(change, "the database refused", PQresultErrorMessage(result));
    }
    PQclear(result);
    return done;
}

/* The value may be what is wrong: its form (class 22), or what a constraint asks (23). */
static bool refused(struct change *change, const struct setting *setting, const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state != NULL && (strncmp(state, "22", 2) == 0 || strncmp(state, "23", 2) == 0)) {
        snprintf(change->why, change->why_size, "%s is %s", setting->name, setting->wanted);
        return false;
    }
    if (state != NULL && strcmp(state, "42501") == 0) {
        return fail(change, setting->name,
                    "only stockpilot_owner may change it: set MIGRATION_DATABASE_URL");
    }
    return fail(change, setting->name, PQresultErrorMessage(result));
}

static bool assign(struct change *change, const char *assignment)
{
    size_t length = strcspn(assignment, "=");
    const char *value = assignment[length] == '=' ? assignment + length + 1 : NULL;
    size_t i = 0;
    while (i < SETTING_COUNT && (strlen(settings[i].name) != length ||
                                 strncmp(settings[i].name, assignment, length) != 0)) {
        i++;
    }
    if (value == NULL || i == SETTING_COUNT) {
        snprintf(change->why, change->why_size, "\"%s\" is not NAME=VALUE of a setting",
                 assignment);
        return false;
    }
    /* PostgreSQL takes "+3", with the sign the other way round, and what its host says as well. */
    if (i == TIME_ZONE && strchr(value, '/') == NULL && strcmp(value, "UTC") != 0) {
        snprintf(change->why, change->why_size, "%s is %s", settings[i].name, settings[i].wanted);
        return false;
    }
    const char *values[] = { value[0] != '\0' ? value : NULL };
    PGresult *result =
        PQexecParams(change->connection, settings[i].update, 1, NULL, values, NULL, NULL, 0);
    bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!done) {
        (void)refused(change, &settings[i], result);
    } else if (i == TIME_ZONE && strcmp(PQcmdTuples(result), "0") != 0) {
        change->zone_changed = true;
    }
    PQclear(result);
    return done;
}

static bool show(struct change *change)
{
    PGresult *result = PQexec(change->connection, show_all);
    bool done = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
    if (!done) {
        (void)fail(change, "the settings cannot be read", PQresultErrorMessage(result));
    }
    for (int i = 0; done && i < (int)SETTING_COUNT; i++) {
        change->wanted->tell(settings[i].name,
                             PQgetisnull(result, 0, i) ? NULL : PQgetvalue(result, 0, i));
    }
    PQclear(result);
    return done;
}

/* A process that ends leaves the transaction to be rolled back. */
static bool change_all(struct change *change)
{
    if (!execute(change, "begin; set local lock_timeout = '10s'")) {
        return false;
    }
    for (size_t i = 0; i < change->wanted->count; i++) {
        if (!assign(change, change->wanted->assignments[i])) {
            return false;
        }
    }
    return (!change->zone_changed || execute(change, compute_anew)) && execute(change, "commit");
}

static bool connect_to_database(struct change *change)
{
    /* What stands behind "dbname" wins over what stands before it. */
    static const char *const names[] = { "connect_timeout", "fallback_application_name", "dbname",
                                         "client_encoding", NULL };
    const char *const values[] = { "10", "stockpilotctl settings", change->wanted->database_url,
                                   "UTF8", NULL };
    char *message = NULL;
    PQconninfoOption *parsed = PQconninfoParse(change->wanted->database_url, &message);
    PQfreemem(message); /* quotes the URL */
    if (parsed == NULL) {
        snprintf(change->why, change->why_size, "the database URL is not understood by libpq");
        return false;
    }
    PQconninfoFree(parsed);
    change->connection = PQconnectdbParams(names, values, 1);
    return PQstatus(change->connection) == CONNECTION_OK ||
           fail(change, "cannot connect to the database", PQerrorMessage(change->connection));
}

bool settings_change(const struct settings_change *wanted, char *why, size_t size)
{
    struct change change = { .wanted = wanted, .why = why, .why_size = size };
    bool done = connect_to_database(&change) && (wanted->count == 0 || change_all(&change)) &&
                show(&change);
    PQfinish(change.connection);
    return done;
}
