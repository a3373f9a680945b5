#include "stockpilot/store/migrations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "stockpilot/store/migration_plan.h"

/* Any constant will do that nothing else in the database locks: "stockpil" in ASCII. */
#define LOCK_KEY "8319396884455123308"

struct run {
    const struct migration_settings *settings;
    struct migration_summary *summary;
    struct migration_failure *failure;
    struct migration_files files;
    PGconn *connection;
    bool has_table; /* schema_migrations is there */
};

static void copy_line(char *to, size_t size, const char *text)
{
    snprintf(to, size, "%s", text != NULL ? text : "");
    to[strcspn(to, "\n")] = '\0';
}

/* Lines begin at 1; position counts characters from 1, as PostgreSQL's messages have it. */
static int line_of_position(const char *sql, const char *position)
{
    long left = position != NULL ? strtol(position, NULL, 10) : 0;
    int line = 1;

    if (left < 1) {
        return 0;
    }
    for (; *sql != '\0'; sql++) {
        const bool begins_character = ((unsigned char)*sql & 0xc0) != 0x80;
        if (begins_character && --left == 0) {
            return line;
        }
        if (*sql == '\n') {
            line++;
        }
    }
    return line;
}

static void hint_at_remedy(struct migration_failure *failure, const char *state)
{
    const char *hint = "";

    if (strcmp(state, "55P03") == 0) {
        hint = "Somebody uses a table that is to be changed; try again when it is quiet.";
    } else if (strcmp(state, "42501") == 0) {
        hint = "Migrations run as stockpilot_owner: set MIGRATION_DATABASE_URL.";
    } else if (strcmp(state, "0A000") == 0 && strstr(failure->fact, "transaction") != NULL) {
        hint = "A migration is one transaction by itself: take BEGIN, COMMIT and the like out.";
    }
    snprintf(failure->hint, sizeof failure->hint, "%s", hint);
}

/* What PostgreSQL says, with the line of the file where it names one. file NULL: our own statement.
 */
static bool fail_with_result(struct run *run, const PGresult *result,
                             const struct migration_file *file)
{
    struct migration_failure *failure = run->failure;
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    (void)migration_fail(failure, file != NULL ? file->name : "", "%s",
                         message != NULL ? message : PQerrorMessage(run->connection));
    copy_line(failure->detail, sizeof failure->detail,
              PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL));
    hint_at_remedy(failure, state != NULL ? state : "");
    if (failure->hint[0] == '\0') {
        copy_line(failure->hint, sizeof failure->hint,
                  PQresultErrorField(result, PG_DIAG_MESSAGE_HINT));
    }
    /* A position inside a function that the file calls is one in another text. */
    const char *query = PQresultErrorField(result, PG_DIAG_INTERNAL_QUERY);
    if (file != NULL && query != NULL && strcmp(query, file->sql) == 0) {
        failure->line =
            line_of_position(file->sql, PQresultErrorField(result, PG_DIAG_INTERNAL_POSITION));
    }
    return false;
}

static bool execute(struct run *run, const char *sql, const struct migration_file *file)
{
    PGresult *result = PQexec(run->connection, sql);
    const ExecStatusType status = PQresultStatus(result);
    const bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

    if (!done) {
        (void)fail_with_result(run, result, file);
    }
    PQclear(result);
    return done;
}

static bool connect_to_database(struct run *run)
{
    /* What stands behind "dbname" wins over what stands before it. */
    static const char *const names[] = { "connect_timeout", "fallback_application_name", "dbname",
                                         "client_encoding", NULL };
    const char *const values[] = { "10", "stockpilotctl migrate", run->settings->database_url,
                                   "UTF8", NULL };
    char *message = NULL;
    PQconninfoOption *parsed = PQconninfoParse(run->settings->database_url, &message);

    PQfreemem(message); /* quotes the URL */
    if (parsed == NULL) {
        return migration_fail(run->failure, "", "the database URL is not understood by libpq");
    }
    PQconninfoFree(parsed);
    run->connection = PQconnectdbParams(names, values, 1);
    if (PQstatus(run->connection) != CONNECTION_OK) {
        (void)migration_fail(run->failure, "", "cannot connect to the database");
        copy_line(run->failure->detail, sizeof run->failure->detail,
                  run->connection != NULL ? PQerrorMessage(run->connection) : "out of memory");
        snprintf(run->failure->hint, sizeof run->failure->hint,
                 "Check MIGRATION_DATABASE_URL or DATABASE_URL, and that the server runs.");
        return false;
    }
    return true;
}

/* Waiting for another run is right; waiting for a table blocks everyone who comes after us. */
static bool prepare_session(struct run *run)
{
    return execute(run, "set client_min_messages = warning", NULL) &&
           execute(run, "set search_path = public", NULL) &&
           execute(run, "set statement_timeout = 0", NULL) &&
           execute(run, "set lock_timeout = 0", NULL) &&
           execute(run, "select pg_advisory_lock(" LOCK_KEY ")", NULL) &&
           execute(run, "set lock_timeout = '10s'", NULL);
}

static bool plan_from_rows(struct run *run, const PGresult *rows, size_t *first_pending)
{
    const size_t count = (size_t)PQntuples(rows);
    struct applied_migration *applied = calloc(count + 1, sizeof *applied);

    if (applied == NULL) {
        return migration_fail(run->failure, "", "out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        applied[i].version = (int)strtol(PQgetvalue(rows, (int)i, 0), NULL, 10);
        applied[i].name = PQgetvalue(rows, (int)i, 1);
        applied[i].checksum = PQgetvalue(rows, (int)i, 2);
    }
    const bool done = migration_plan(&run->files, applied, count, first_pending, run->failure);
    free(applied);
    return done;
}

static bool find_table(struct run *run)
{
    PGresult *result =
        PQexec(run->connection, "select to_regclass('public.schema_migrations') is not null");
    const bool done = PQresultStatus(result) == PGRES_TUPLES_OK;

    if (done) {
        run->has_table = PQgetvalue(result, 0, 0)[0] == 't';
    } else {
        (void)fail_with_result(run, result, NULL);
    }
    PQclear(result);
    return done;
}

static bool make_plan(struct run *run, size_t *first_pending)
{
    if (!find_table(run)) {
        return false;
    }
    if (!run->has_table) {
        *first_pending = 0;
        return true;
    }
    PGresult *rows = PQexec(run->connection, "select version, name, checksum "
                                             "from public.schema_migrations order by version");
    const bool done = PQresultStatus(rows) == PGRES_TUPLES_OK
                          ? plan_from_rows(run, rows, first_pending)
                          : fail_with_result(run, rows, NULL);
    PQclear(rows);
    return done;
}

/*
 * Runs the file's statements inside DO … EXECUTE, where PostgreSQL refuses COMMIT and its like by
 * itself: sent plainly, such a statement in the file would end our transaction half way.
 */
static bool execute_file(struct run *run, const struct migration_file *file)
{
    bool done = false;
    char *inner = PQescapeLiteral(run->connection, file->sql, strlen(file->sql));
    char *body = NULL;
    char *outer = NULL;
    char *statement = NULL;

    if (inner != NULL && asprintf(&body, "begin execute %s; end", inner) >= 0) {
        outer = PQescapeLiteral(run->connection, body, strlen(body));
    }
    if (outer != NULL && asprintf(&statement, "do %s", outer) >= 0) {
        done = execute(run, statement, file);
    } else {
        (void)migration_fail(run->failure, file->name, "does not fit into memory");
    }
    free(statement);
    PQfreemem(outer);
    free(body);
    PQfreemem(inner);
    return done;
}

/* Made behind the first file, so that the default privileges which that one sets count for it too.
 */
static bool ensure_table(struct run *run)
{
    return run->has_table || execute(run,
                                     "create table public.schema_migrations ("
                                     " version integer not null,"
                                     " name text not null,"
                                     " checksum text not null,"
                                     " applied_at timestamptz not null default now(),"
                                     " constraint schema_migrations_pkey primary key (version))",
                                     NULL);
}

static bool record(struct run *run, const struct migration_file *file)
{
    char version[16];
    const char *const values[] = { version, file->name, file->checksum };

    snprintf(version, sizeof version, "%d", file->version);
    PGresult *result = PQexecParams(run->connection,
                                    "insert into public.schema_migrations (version, name, checksum)"
                                    " values ($1::integer, $2, $3)",
                                    3, NULL, values, NULL, NULL, 0);
    const bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!done) {
        (void)fail_with_result(run, result, file);
    }
    PQclear(result);
    return done;
}

static bool apply(struct run *run, const struct migration_file *file)
{
    if (execute(run, "begin", file) && execute_file(run, file) && ensure_table(run) &&
        record(run, file) && execute(run, "commit", file)) {
        run->has_table = true;
        return true;
    }
    if (PQtransactionStatus(run->connection) != PQTRANS_IDLE) {
        PQclear(PQexec(run->connection, "rollback"));
    }
    return false;
}

static bool run_pending(struct run *run)
{
    size_t i;

    if (!make_plan(run, &i)) {
        return false;
    }
    run->summary->before = i;
    for (; i < run->files.count; i++) {
        if (!run->settings->dry_run && !apply(run, &run->files.items[i])) {
            return false;
        }
        run->summary->now++;
        run->settings->tell(run->settings->context, run->files.items[i].name);
    }
    return true;
}

bool migrations_run(const struct migration_settings *settings, struct migration_summary *summary,
                    struct migration_failure *failure)
{
    struct run run = { .settings = settings, .summary = summary, .failure = failure };

    *summary = (struct migration_summary){ 0, 0 };
    if (!migration_files_read(settings->directory, &run.files, failure)) {
        return false;
    }
    const bool done = connect_to_database(&run) && prepare_session(&run) && run_pending(&run);
    PQfinish(run.connection);
    migration_files_free(&run.files);
    return done;
}
