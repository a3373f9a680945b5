#include "stockpilot/auth/token_verifier.h"

#include <stdlib.h>
#include <string.h>

#include "stockpilot/auth/bearer.h"
#include "stockpilot/auth/jwks_cache.h"
#include "stockpilot/auth/jwks_fetch.h"
#include "stockpilot/auth/key_ring.h"
#include "stockpilot/auth/token_claims.h"
#include "stockpilot/auth/token_gate.h"
#include "stockpilot/auth/token_memory.h"
#include "stockpilot/auth/token_signature.h"
#include "stockpilot/memory/arena.h"
#include "stockpilot/metrics/metrics.h"

/* How often the shared set may change while we look for one key, before we call it a bad time. */
#define MAX_LOOKS 4

struct token_verifier {
    char *issuer;
    char *client_ids;
    char *url;
    struct claim_rules rules;
    struct jwks_endpoint endpoint;
    struct jwks_cache *cache;
    struct key_ring *ring;
    struct token_memory *memory;
    struct arena *arena; /* of the token being looked at */
    struct jwks keys;    /* on their way from the cache to the ring */
};

static enum error_kind no_memory(struct error *error)
{
    return error_set_cause(error, ERROR_INTERNAL, "no memory for the token verifier");
}

static enum error_kind prepare(struct token_verifier *verifier,
                               const struct token_verifier_settings *settings, struct error *error)
{
    verifier->issuer = strdup(settings->issuer);
    verifier->client_ids = strdup(settings->client_ids);
    verifier->url = strdup(settings->jwks_url);
    verifier->ring = key_ring_new();
    verifier->memory = token_memory_new();
    verifier->arena = arena_new(TOKEN_GATE_MEMORY);
    if (verifier->issuer == NULL || verifier->client_ids == NULL || verifier->url == NULL ||
        verifier->ring == NULL || verifier->memory == NULL || verifier->arena == NULL) {
        return no_memory(error);
    }
    verifier->rules = (struct claim_rules){
        .issuer = verifier->issuer,
        .client_ids = verifier->client_ids,
        .leeway_seconds = settings->leeway_seconds,
        .default_role = settings->default_role,
    };
    verifier->endpoint = (struct jwks_endpoint){ verifier->url, settings->allow_plain_http };
    return token_signature_prepare(error);
}

static enum error_kind open_cache(struct token_verifier *verifier,
                                  const struct token_verifier_settings *settings,
                                  const struct jwks_source *source, struct error *error)
{
    const struct jwks_source endpoint = { jwks_fetch, &verifier->endpoint, clock_monotonic_ms };
    char derived[JWKS_CACHE_NAME_SIZE];
    const char *name = settings->cache_name;
    if (name == NULL) {
        enum error_kind kind =
            jwks_cache_derive_name(verifier->issuer, verifier->url, derived, error);
        if (kind != ERROR_NONE) {
            return kind;
        }
        name = derived;
    }
    verifier->cache = jwks_cache_open(name, source != NULL ? source : &endpoint, error);
    return verifier->cache != NULL ? ERROR_NONE : error->kind;
}

struct token_verifier *token_verifier_new_from(const struct token_verifier_settings *settings,
                                               const struct jwks_source *source,
                                               struct error *error)
{
    struct token_verifier *verifier = calloc(1, sizeof *verifier);
    if (verifier == NULL) {
        (void)no_memory(error);
        return NULL;
    }
    if (prepare(verifier, settings, error) != ERROR_NONE ||
        open_cache(verifier, settings, source, error) != ERROR_NONE) {
        token_verifier_free(verifier);
        return NULL;
    }
    return verifier;
}

struct token_verifier *token_verifier_new(const struct token_verifier_settings *settings,
                                          struct error *error)
{
    return token_verifier_new_from(settings, NULL, error);
}

void token_verifier_free(struct token_verifier *verifier)
{
    if (verifier == NULL) {
        return;
    }
    jwks_cache_close(verifier->cache);
    token_memory_free(verifier->memory);
    key_ring_free(verifier->ring);
    arena_free(verifier->arena);
    free(verifier->issuer);
    free(verifier->client_ids);
    free(verifier->url);
    free(verifier);
}

/* Makes the ring hold the set that is in the cache now. One atomic load when it does already. */
static enum error_kind follow_cache(struct token_verifier *verifier, struct error *error)
{
    if (jwks_cache_generation(verifier->cache) == key_ring_generation(verifier->ring)) {
        return ERROR_NONE;
    }
    uint64_t generation = jwks_cache_read(verifier->cache, &verifier->keys);
    return key_ring_fill(verifier->ring, &verifier->keys, generation, error);
}

static enum error_kind unavailable(struct error *error, int64_t retry_after_ms)
{
    error->retry_after_seconds = (int)((retry_after_ms + 999) / 1000);
    return error_set_cause(error, ERROR_UNAVAILABLE, "the issuer's keys cannot be had");
}

/* kid NULL: asks for any set at all. */
static enum error_kind ask_issuer(struct token_verifier *verifier, const char *kid,
                                  struct deadline deadline, struct error *error)
{
    int64_t retry_after_ms = 0;
    switch (jwks_cache_ask(verifier->cache, kid, key_ring_generation(verifier->ring), deadline,
                           &retry_after_ms)) {
    case JWKS_CHANGED:
        return follow_cache(verifier, error);
    case JWKS_ABSENT:
        return error_set_cause(error, ERROR_INVALID_TOKEN, "kid is not in the key set");
    case JWKS_UNAVAILABLE:
        break;
    }
    return unavailable(error, retry_after_ms);
}

static enum error_kind find_key(struct token_verifier *verifier, const char *kid,
                                struct deadline deadline, const struct ring_key **key,
                                struct error *error)
{
    for (int look = 0; look < MAX_LOOKS; look++) {
        const struct ring_key *found = key_ring_find(verifier->ring, kid);
        if (found != NULL) {
            *key = found;
            return ERROR_NONE;
        }
        enum error_kind kind = ask_issuer(verifier, kid, deadline, error);
        if (kind != ERROR_NONE) {
            return kind;
        }
    }
    return unavailable(error, JWKS_FAILURE_PAUSE_MS);
}

/* Claims come before the key: a token that is refused anyway never sends us to the issuer. */
static enum error_kind verify(struct token_verifier *verifier, const char *text, size_t length,
                              int64_t now, struct deadline deadline, struct token_claims *claims,
                              uint64_t *key_serial, struct error *error)
{
    struct gated_token token;
    const struct ring_key *key = NULL;
    struct token_claims claimed;
    enum error_kind kind = token_gate_open(verifier->arena, text, length, &token, error);
    if (kind == ERROR_NONE) {
        kind = token_claims_read(token.payload, &verifier->rules, now, &claimed, error);
    }
    if (kind == ERROR_NONE) {
        kind = find_key(verifier, token.kid, deadline, &key, error);
    }
    if (kind == ERROR_NONE) {
        kind = token_signature_check(&token, key, error);
    }
    if (kind == ERROR_NONE) {
        *claims = claimed;
        *key_serial = key->serial;
    }
    return kind;
}

/* NULL too when what was remembered does not count any more. */
static struct remembered_token *recall(struct token_verifier *verifier,
                                       const struct token_digest *digest, int64_t now)
{
    struct remembered_token *known = token_memory_find(verifier->memory, digest);
    if (known == NULL) {
        return NULL;
    }
    if (now < known->claims.valid_from || now >= known->claims.valid_until ||
        !key_ring_holds(verifier->ring, known->key_serial)) {
        token_memory_forget(verifier->memory, known);
        return NULL;
    }
    return known;
}

static enum error_kind check(struct token_verifier *verifier, const char *authorization,
                             int64_t now, struct deadline deadline, struct principal **principal,
                             struct error *error)
{
    const char *text;
    size_t length;
    struct token_digest digest;
    enum error_kind kind = bearer_token(authorization, &text, &length, error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    jwks_cache_refresh_if_old(verifier->cache, deadline);
    kind = follow_cache(verifier, error);
    if (kind == ERROR_NONE) {
        kind = token_memory_digest(verifier->memory, text, length, &digest, error);
    }
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct remembered_token *known = recall(verifier, &digest, now);
    if (known == NULL) {
        struct token_claims claims;
        uint64_t key_serial;
        kind = verify(verifier, text, length, now, deadline, &claims, &key_serial, error);
        arena_reset(verifier->arena);
        if (kind != ERROR_NONE) {
            return kind;
        }
        known = token_memory_put(verifier->memory, &digest, key_serial, &claims);
        metrics_add(METRIC_TOKENS_VERIFIED);
    } else {
        metrics_add(METRIC_TOKENS_REMEMBERED);
    }
    *principal = &known->claims.principal;
    return ERROR_NONE;
}

enum error_kind token_verifier_check(struct token_verifier *verifier, const char *authorization,
                                     int64_t now, struct deadline deadline,
                                     struct principal **principal, struct error *error)
{
    enum error_kind kind = check(verifier, authorization, now, deadline, principal, error);
    if (kind == ERROR_INVALID_TOKEN || kind == ERROR_UNAUTHENTICATED) {
        metrics_add(METRIC_TOKENS_REFUSED);
    }
    return kind;
}

enum error_kind token_verifier_ready(struct token_verifier *verifier, struct deadline deadline,
                                     struct error *error)
{
    enum error_kind kind = follow_cache(verifier, error);
    if (kind == ERROR_NONE && key_ring_generation(verifier->ring) == 0) {
        kind = ask_issuer(verifier, NULL, deadline, error);
    }
    return kind;
}
