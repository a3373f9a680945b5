#include "store_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    ck_assert_msg(value != NULL, "%s is not set: run this through tests/store/run_all", name);
    return value;
}

void store_fixture_open(struct store_fixture *fixture)
{
    memset(fixture, 0, sizeof *fixture);
    fixture->store = store_new(variable("DATABASE_URL"), 500);
    fixture->arena = arena_new(4 * 1024 * 1024);
    fixture->admin = PQconnectdb(variable("STOCKPILOT_ADMIN_DATABASE_URL"));
    ck_assert_ptr_nonnull(fixture->store);
    ck_assert_ptr_nonnull(fixture->arena);
    ck_assert_msg(PQstatus(fixture->admin) == CONNECTION_OK, "%s", PQerrorMessage(fixture->admin));
}

void store_fixture_close(struct store_fixture *fixture)
{
    arena_free(fixture->arena);
    store_free(fixture->store);
    PQfinish(fixture->admin);
}

struct store_request store_fixture_request(struct store_fixture *fixture, int deadline_ms)
{
    error_reset(&fixture->error);
    return (struct store_request){ .store = fixture->store,
                                   .arena = fixture->arena,
                                   .deadline = deadline_after_ms(deadline_ms),
                                   .error = &fixture->error,
                                   .request_id = "test-request" };
}

const char *store_fixture_sql(struct store_fixture *fixture, const char *sql)
{
    static char text[1024];
    PGresult *result = PQexec(fixture->admin, sql);
    ExecStatusType status = PQresultStatus(result);
    ck_assert_msg(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK, "%s: %s", sql,
                  PQerrorMessage(fixture->admin));
    bool has_field = PQntuples(result) > 0 && PQnfields(result) > 0;
    snprintf(text, sizeof text, "%s", has_field ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    return text;
}
