#include "stockpilot/auth/token_memory.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024
#define NONE UINT16_MAX

_Static_assert(TOKEN_MEMORY_ENTRIES < NONE, "entries are numbered by uint16_t");

/* How an entry hangs together with others. Kept apart from the entries, so that preparing the list
 * does not touch the memory of entries that may never be used. */
struct links {
    uint16_t newer, older; /* in the order of use */
    uint16_t next;         /* in the same bucket */
};

struct token_memory {
    EVP_MD
    *sha256; /* fetched once: OpenSSL 3 looks an algorithm up slower than it hashes a token */
    EVP_MD_CTX *context;
    uint16_t newest, oldest;
    uint16_t buckets[BUCKETS];
    struct links links[TOKEN_MEMORY_ENTRIES];
    struct remembered_token entries[TOKEN_MEMORY_ENTRIES]; /* key_serial 0: empty, in no bucket */
};

/* All entries are in the order of use from the start, the first to be taken being the oldest. */
static void chain_all(struct token_memory *memory)
{
    memset(memory->buckets, 0xff, sizeof memory->buckets);
    for (unsigned i = 0; i < TOKEN_MEMORY_ENTRIES; i++) {
        memory->links[i].older = i == 0 ? NONE : (uint16_t)(i - 1);
        memory->links[i].newer = i == TOKEN_MEMORY_ENTRIES - 1 ? NONE : (uint16_t)(i + 1);
        memory->links[i].next = NONE;
    }
    memory->oldest = 0;
    memory->newest = TOKEN_MEMORY_ENTRIES - 1;
}

struct token_memory *token_memory_new(void)
{
    struct token_memory *memory = calloc(1, sizeof *memory);
    if (memory == NULL) {
        return NULL;
    }
    memory->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    memory->context = EVP_MD_CTX_new();
    if (memory->sha256 == NULL || memory->context == NULL) {
        token_memory_free(memory);
        return NULL;
    }
    chain_all(memory);
    return memory;
}

void token_memory_free(struct token_memory *memory)
{
    if (memory != NULL) {
        EVP_MD_CTX_free(memory->context);
        EVP_MD_free(memory->sha256);
        free(memory);
    }
}

enum error_kind token_memory_digest(struct token_memory *memory, const char *token, size_t length,
                                    struct token_digest *digest, struct error *error)
{
    struct token_digest made;
    if (EVP_DigestInit_ex2(memory->context, memory->sha256, NULL) != 1 ||
        EVP_DigestUpdate(memory->context, token, length) != 1 ||
        EVP_DigestFinal_ex(memory->context, made.bytes, NULL) != 1) {
        return error_set_cause(error, ERROR_INTERNAL, "cannot hash a token");
    }
    *digest = made;
    return ERROR_NONE;
}

static uint16_t *bucket_of(struct token_memory *memory, const struct token_digest *digest)
{
    return &memory->buckets[(digest->bytes[0] | digest->bytes[1] << 8) % BUCKETS];
}

static void take_out_of_order(struct token_memory *memory, uint16_t at)
{
    const struct links *links = &memory->links[at];
    *(links->newer != NONE ? &memory->links[links->newer].older : &memory->newest) = links->older;
    *(links->older != NONE ? &memory->links[links->older].newer : &memory->oldest) = links->newer;
}

static void make_newest(struct token_memory *memory, uint16_t at)
{
    take_out_of_order(memory, at);
    memory->links[at].newer = NONE;
    memory->links[at].older = memory->newest;
    *(memory->newest != NONE ? &memory->links[memory->newest].newer : &memory->oldest) = at;
    memory->newest = at;
}

static void make_oldest(struct token_memory *memory, uint16_t at)
{
    take_out_of_order(memory, at);
    memory->links[at].older = NONE;
    memory->links[at].newer = memory->oldest;
    *(memory->oldest != NONE ? &memory->links[memory->oldest].older : &memory->newest) = at;
    memory->oldest = at;
}

static void empty(struct token_memory *memory, uint16_t at)
{
    struct remembered_token *entry = &memory->entries[at];
    if (entry->key_serial == 0) {
        return;
    }
    uint16_t *link = bucket_of(memory, &entry->digest);
    while (*link != at) {
        link = &memory->links[*link].next;
    }
    *link = memory->links[at].next;
    memset(entry, 0, sizeof *entry);
}

struct remembered_token *token_memory_find(struct token_memory *memory,
                                           const struct token_digest *digest)
{
    for (uint16_t at = *bucket_of(memory, digest); at != NONE; at = memory->links[at].next) {
        if (memcmp(&memory->entries[at].digest, digest, sizeof *digest) == 0) {
            make_newest(memory, at);
            return &memory->entries[at];
        }
    }
    return NULL;
}

struct remembered_token *token_memory_put(struct token_memory *memory,
                                          const struct token_digest *digest, uint64_t key_serial,
                                          const struct token_claims *claims)
{
    uint16_t at = memory->oldest;
    uint16_t *bucket = bucket_of(memory, digest);
    empty(memory, at);
    memory->entries[at].digest = *digest;
    memory->entries[at].key_serial = key_serial;
    memory->entries[at].claims = *claims;
    memory->links[at].next = *bucket;
    *bucket = at;
    make_newest(memory, at);
    return &memory->entries[at];
}

void token_memory_forget(struct token_memory *memory, struct remembered_token *entry)
{
    uint16_t at = (uint16_t)(entry - memory->entries);
    empty(memory, at);
    make_oldest(memory, at);
}
