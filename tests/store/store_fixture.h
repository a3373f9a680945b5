/* store_fixture.h - what store tests stand on: a store on DATABASE_URL, and a second connection to
 * interfere with. */
#ifndef STOCKPILOT_TESTS_STORE_FIXTURE_H
#define STOCKPILOT_TESTS_STORE_FIXTURE_H

#include <libpq-fe.h>

#include "stockpilot/store/store.h"

struct store_fixture {
    struct store *store;
    struct arena *arena;
    struct error error;
    PGconn *admin; /* superuser: sees all, ends backends, takes locks */
};

void store_fixture_open(struct store_fixture *fixture);
void store_fixture_close(struct store_fixture *fixture);

/* A request with this much time; resets the error. */
struct store_request store_fixture_request(struct store_fixture *fixture, int deadline_ms);

/* Runs SQL as superuser; the test fails where it does. The text of the first field, or "". Valid
 * until the next call. */
const char *store_fixture_sql(struct store_fixture *fixture, const char *sql);

#endif
