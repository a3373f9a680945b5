/*
 * jwks_cache.h - the key set of one issuer, shared by all workers of the host in POSIX shared
 * memory.
 *
 * Every worker opens the same object by name; nobody hands it to them. Reading never blocks and
 * never waits for a writer, alive or dead. Whoever needs a newer set takes a robust process-shared
 * lock and fetches; the others wait for that fetch instead of fetching too: up to their deadline
 * while there is no set at all, else until it has taken a second.
 * A lock holder that dies leaves nothing half written that anybody reads, and its lock goes to the
 * next in line.
 *
 * What the endpoint is asked, on the whole host:
 *  - for a kid that is not in the set: at once; but after an answer without that kid no kid is
 * asked for during JWKS_ABSENT_PAUSE_MS, and after a failure not for JWKS_FAILURE_PAUSE_MS, doubled
 * with each further failure up to JWKS_FAILURE_PAUSE_MAX_MS (not doubled while there is no set at
 * all);
 *  - for a set older than JWKS_REFRESH_MS: by the first worker to notice, so that keys which the
 * issuer withdrew vanish; a failure is repeated after JWKS_REFRESH_RETRY_MS, and the old keys stay.
 *
 * Times are milliseconds of CLOCK_MONOTONIC, which all processes of the host share.
 */
#ifndef STOCKPILOT_AUTH_JWKS_CACHE_H
#define STOCKPILOT_AUTH_JWKS_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "stockpilot/auth/jwks.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/error/error.h"

#define JWKS_ABSENT_PAUSE_MS 10000
#define JWKS_FAILURE_PAUSE_MS 1000
#define JWKS_FAILURE_PAUSE_MAX_MS 10000
#define JWKS_REFRESH_MS (60 * 60 * 1000)
#define JWKS_REFRESH_RETRY_MS (60 * 1000)

/* Where a set comes from. The functions outlive the cache. */
struct jwks_source {
    /* Untouched *keys and error->cause on failure. */
    enum error_kind (*fetch)(void *context, struct deadline deadline, struct jwks *keys,
                             struct error *error);
    void *context;
    int64_t (*clock_ms)(void);
};

struct jwks_cache;

#define JWKS_CACHE_NAME_SIZE 64

/* The name all workers of this user derive for this issuer: "/stockpilot-jwks-<hash>". */
MUST_CHECK enum error_kind jwks_cache_derive_name(const char *issuer, const char *url,
                                                  char name[JWKS_CACHE_NAME_SIZE],
                                                  struct error *error);

/*
 * Opens the cache of that name or makes it, mode 0600. One that another user owns or may write is
 * refused; one with another layout (of another version of this program) is replaced, while those
 * who have it open keep theirs. NULL with error->cause on failure. The object stays when all have
 * left: jwks_cache_remove() ends it.
 */
MUST_CHECK struct jwks_cache *jwks_cache_open(const char *name, const struct jwks_source *source,
                                              struct error *error);
void jwks_cache_close(struct jwks_cache *cache);
void jwks_cache_remove(const char *name);

/* Grows with each set that is put in; 0 while there was none. One atomic load. */
uint64_t jwks_cache_generation(const struct jwks_cache *cache);

/* Copies the present set and returns its generation; 0 and *keys untouched while there is none. */
uint64_t jwks_cache_read(const struct jwks_cache *cache, struct jwks *keys);

enum jwks_answer {
    JWKS_CHANGED,    /* there is another set than the one in which it was not found: look again */
    JWKS_ABSENT,     /* the issuer has no such key, as far as it could be asked lately */
    JWKS_UNAVAILABLE /* the issuer could not be asked */
};

/*
 * Asks for a key that is not in the set of generation `seen`. kid may be NULL: any set will do.
 * With JWKS_UNAVAILABLE *retry_after_ms says when asking makes sense again.
 */
MUST_CHECK enum jwks_answer jwks_cache_ask(struct jwks_cache *cache, const char *kid, uint64_t seen,
                                           struct deadline deadline, int64_t *retry_after_ms);

/* Fetches when the set is old and nobody else is at it. Two atomic loads when it is not. */
void jwks_cache_refresh_if_old(struct jwks_cache *cache, struct deadline deadline);

#endif
