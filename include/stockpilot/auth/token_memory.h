/*
 * token_memory.h - the tokens this worker has verified, so that each costs its RSA check once.
 *
 * Keyed by SHA-256 of the whole token. Only verified tokens are put in, so strangers cannot push
 * others out. When it is full, the entry that went unused longest gives way. Memory is touched as
 * it fills, about 0.8 kB an entry, in each worker: room for the tokens of a few dozen people, each
 * good for an hour, on several devices.
 */
#ifndef STOCKPILOT_AUTH_TOKEN_MEMORY_H
#define STOCKPILOT_AUTH_TOKEN_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "stockpilot/auth/token_claims.h"
#include "stockpilot/error/error.h"

#define TOKEN_MEMORY_ENTRIES 512

struct token_digest {
    unsigned char bytes[32];
};

struct remembered_token {
    struct token_digest digest;
    uint64_t key_serial; /* of the key that signed it, never 0: see key_ring.h */
    struct token_claims claims;
};

struct token_memory;

MUST_CHECK struct token_memory *token_memory_new(void);
void token_memory_free(struct token_memory *memory);

MUST_CHECK enum error_kind token_memory_digest(struct token_memory *memory, const char *token,
                                               size_t length, struct token_digest *digest,
                                               struct error *error);

/* The entry, whatever its age: the caller looks at claims and key_serial. NULL when there is none.
 */
struct remembered_token *token_memory_find(struct token_memory *memory,
                                           const struct token_digest *digest);

/* For a digest that was not found. Never fails: another entry gives way. The entry stays where it
 * is until the next put. */
struct remembered_token *token_memory_put(struct token_memory *memory,
                                          const struct token_digest *digest, uint64_t key_serial,
                                          const struct token_claims *claims);

void token_memory_forget(struct token_memory *memory, struct remembered_token *entry);

#endif
