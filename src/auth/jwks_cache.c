#include "stockpilot/auth/jwks_cache.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "jwks_shared.h"
#include "stockpilot/log/log.h"
#include "stockpilot/metrics/metrics.h"

/* With less time than this left, a failure would be our haste and not the endpoint's: it is not
 * asked, and no pause begins. */
#define SHORTEST_FETCH_MS 100

/* How old a fetch may be and others still wait for it, where there is a set to go on with. An
 * endpoint that hangs then holds one worker and not all of them; one that is well answers in a
 * twentieth of this. */
#define FETCH_PATIENCE_MS 1000

struct jwks_cache {
    struct jwks_shared *shared;
    struct jwks_source source;
    struct jwks fetched; /* too large for the stack */
};

enum error_kind jwks_cache_derive_name(const char *issuer, const char *url,
                                       char name[JWKS_CACHE_NAME_SIZE], struct error *error)
{
    char subject[4096];
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t digest_length;
    /* A newline is in no URL, so that no two triples give the same text. */
    int length =
        snprintf(subject, sizeof subject, "%s\n%s\n%lu", issuer, url, (unsigned long)geteuid());
    if (length < 0 || (size_t)length >= sizeof subject ||
        EVP_Q_digest(NULL, "SHA256", NULL, subject, (size_t)length, digest, &digest_length) != 1) {
        return error_set_cause(error, ERROR_INTERNAL, "cannot derive the name of the JWKS cache");
    }
    int at = snprintf(name, JWKS_CACHE_NAME_SIZE, "/stockpilot-jwks-");
    for (size_t i = 0; i < 16; i++) {
        at += snprintf(name + at, JWKS_CACHE_NAME_SIZE - (size_t)at, "%02x", digest[i]);
    }
    return ERROR_NONE;
}

struct jwks_cache *jwks_cache_open(const char *name, const struct jwks_source *source,
                                   struct error *error)
{
    struct jwks_cache *cache = calloc(1, sizeof *cache);
    if (cache == NULL) {
        (void)error_set_cause(error, ERROR_INTERNAL, "no memory for the JWKS cache");
        return NULL;
    }
    cache->source = *source;
    cache->shared = jwks_shared_map(name, error);
    if (cache->shared == NULL) {
        free(cache);
        return NULL;
    }
    return cache;
}

void jwks_cache_close(struct jwks_cache *cache)
{
    if (cache != NULL) {
        jwks_shared_unmap(cache->shared);
        free(cache);
    }
}

void jwks_cache_remove(const char *name)
{
    (void)shm_unlink(name); /* nothing there is as good */
}

uint64_t jwks_cache_generation(const struct jwks_cache *cache)
{
    return atomic_load_explicit(&cache->shared->generation, memory_order_acquire);
}

uint64_t jwks_cache_read(const struct jwks_cache *cache, struct jwks *keys)
{
    struct jwks copy;
    for (;;) {
        uint64_t generation = jwks_cache_generation(cache);
        if (generation == 0) {
            return 0;
        }
        memcpy(&copy, &cache->shared->slots[generation % 2], sizeof copy);
        atomic_thread_fence(memory_order_acquire);
        if (atomic_load_explicit(&cache->shared->generation, memory_order_relaxed) == generation) {
            *keys = copy;
            return generation;
        }
    }
}

/* Under the lock. The fence keeps these writes behind the previous change of generation, so that a
 * reader who sees any of them also sees that its own generation is gone. */
static void publish(struct jwks_shared *shared, const struct jwks *keys)
{
    uint64_t next = atomic_load_explicit(&shared->generation, memory_order_relaxed) + 1;
    atomic_thread_fence(memory_order_release);
    memcpy(&shared->slots[next % 2], keys, sizeof *keys);
    atomic_store_explicit(&shared->generation, next, memory_order_release);
}

static void set_pause(struct jwks_shared *shared, int64_t until_ms, bool after_failure)
{
    atomic_store(&shared->pause, until_ms * 2 + after_failure);
}

/* Whether no kid may be asked for now, and if so why. */
static bool paused(const struct jwks_cache *cache, enum jwks_answer *answer,
                   int64_t *retry_after_ms)
{
    int64_t pause = atomic_load(&cache->shared->pause);
    int64_t left_ms = pause / 2 - cache->source.clock_ms();
    if (left_ms <= 0) {
        return false;
    }
    *answer = pause % 2 != 0 ? JWKS_UNAVAILABLE : JWKS_ABSENT;
    *retry_after_ms = left_ms;
    return true;
}

/* Takes the lock over from a dead holder. What that one left is whole: see jwks_shared.h. */
static bool locked(struct jwks_shared *shared, int result)
{
    if (result == EOWNERDEAD) {
        return pthread_mutex_consistent(&shared->fetching) == 0;
    }
    return result == 0;
}

/* Until when the fetch that somebody else is at is waited for. */
static struct deadline patience(const struct jwks_cache *cache, struct deadline deadline)
{
    int64_t began_ms = atomic_load(&cache->shared->fetch_began_ms);
    if (began_ms == 0) { /* the holder of the lock is about to begin, or has just ended */
        began_ms = clock_monotonic_ms();
    }
    struct deadline limit = { began_ms + FETCH_PATIENCE_MS };
    bool sooner = jwks_cache_generation(cache) != 0 && limit.at_ms < deadline.at_ms;
    return sooner ? limit : deadline;
}

static bool lock_until(struct jwks_shared *shared, struct deadline deadline)
{
    const struct timespec until = {
        .tv_sec = (time_t)(deadline.at_ms / 1000),
        .tv_nsec = (long)(deadline.at_ms % 1000) * 1000000,
    };
    return locked(shared, pthread_mutex_clocklock(&shared->fetching, CLOCK_MONOTONIC, &until));
}

static bool try_lock(struct jwks_shared *shared)
{
    return locked(shared, pthread_mutex_trylock(&shared->fetching));
}

static void unlock(struct jwks_shared *shared)
{
    pthread_mutex_unlock(&shared->fetching);
}

static void note_success(struct jwks_cache *cache, bool wanted_is_absent)
{
    struct jwks_shared *shared = cache->shared;
    int64_t now_ms = cache->source.clock_ms();
    publish(shared, &cache->fetched);
    metrics_add(METRIC_KEY_SETS_FETCHED);
    shared->failures = 0;
    atomic_store(&shared->refresh_at_ms, now_ms + JWKS_REFRESH_MS);
    set_pause(shared, wanted_is_absent ? now_ms + JWKS_ABSENT_PAUSE_MS : 0, false);
    LOG(LOG_LEVEL_INFO, "jwks_fetched", LOG_NUMBER("keys", cache->fetched.count),
        LOG_NUMBER("generation", jwks_cache_generation(cache)));
}

static void note_failure(struct jwks_cache *cache, const struct error *error)
{
    struct jwks_shared *shared = cache->shared;
    int64_t now_ms = cache->source.clock_ms();
    int64_t pause_ms = JWKS_FAILURE_PAUSE_MS;
    metrics_add(METRIC_KEY_SET_FAILURES);
    if (jwks_cache_generation(cache) != 0) {
        for (uint32_t i = 0; i < shared->failures && pause_ms < JWKS_FAILURE_PAUSE_MAX_MS; i++) {
            pause_ms *= 2;
        }
        pause_ms = pause_ms < JWKS_FAILURE_PAUSE_MAX_MS ? pause_ms : JWKS_FAILURE_PAUSE_MAX_MS;
    }
    shared->failures += shared->failures < UINT32_MAX;
    atomic_store(&shared->refresh_at_ms, now_ms + JWKS_REFRESH_RETRY_MS);
    set_pause(shared, now_ms + pause_ms, true);
    LOG(LOG_LEVEL_WARNING, "jwks_fetch_failed", LOG_TEXT("cause", error->cause),
        LOG_NUMBER("failures", shared->failures), LOG_NUMBER("pause_ms", pause_ms));
}

/* Under the lock. */
static bool fetch(struct jwks_cache *cache, const char *kid, struct deadline deadline,
                  bool *wanted_is_absent)
{
    struct error error;
    error_reset(&error);
    atomic_store(&cache->shared->fetch_began_ms, clock_monotonic_ms());
    enum error_kind kind =
        cache->source.fetch(cache->source.context, deadline, &cache->fetched, &error);
    atomic_store(&cache->shared->fetch_began_ms, 0);
    if (kind != ERROR_NONE) {
        note_failure(cache, &error);
        return false;
    }
    *wanted_is_absent = kid != NULL && jwks_find(&cache->fetched, kid) == NULL;
    note_success(cache, *wanted_is_absent);
    return true;
}

/* Under the lock: others may have fetched while we waited for it. */
static enum jwks_answer ask_locked(struct jwks_cache *cache, const char *kid, uint64_t seen,
                                   struct deadline deadline, int64_t *retry_after_ms)
{
    enum jwks_answer answer;
    if (jwks_cache_generation(cache) != seen) {
        return JWKS_CHANGED;
    }
    if (paused(cache, &answer, retry_after_ms)) {
        return answer;
    }
    bool absent;
    if (deadline_left_ms(deadline) < SHORTEST_FETCH_MS) {
        return JWKS_UNAVAILABLE;
    }
    if (fetch(cache, kid, deadline, &absent)) {
        return absent ? JWKS_ABSENT : JWKS_CHANGED;
    }
    /* The pause that the failure brought says when to come again. */
    return paused(cache, &answer, retry_after_ms) ? answer : JWKS_UNAVAILABLE;
}

enum jwks_answer jwks_cache_ask(struct jwks_cache *cache, const char *kid, uint64_t seen,
                                struct deadline deadline, int64_t *retry_after_ms)
{
    enum jwks_answer answer;
    *retry_after_ms = JWKS_FAILURE_PAUSE_MS;
    if (jwks_cache_generation(cache) != seen) {
        return JWKS_CHANGED;
    }
    if (paused(cache, &answer, retry_after_ms)) {
        return answer;
    }
    if (!lock_until(cache->shared, patience(cache, deadline))) {
        return JWKS_UNAVAILABLE;
    }
    answer = ask_locked(cache, kid, seen, deadline, retry_after_ms);
    unlock(cache->shared);
    return answer;
}

static bool is_old(const struct jwks_cache *cache)
{
    return jwks_cache_generation(cache) != 0 &&
           cache->source.clock_ms() >= atomic_load(&cache->shared->refresh_at_ms);
}

void jwks_cache_refresh_if_old(struct jwks_cache *cache, struct deadline deadline)
{
    if (!is_old(cache) || deadline_left_ms(deadline) < SHORTEST_FETCH_MS ||
        !try_lock(cache->shared)) {
        return;
    }
    bool absent;
    if (is_old(cache)) { /* still, now that nobody else can have changed it */
        (void)fetch(cache, NULL, deadline, &absent);
    }
    unlock(cache->shared);
}
