#include "stockpilot/auth/jwks.h"

#include <string.h>

#include "stockpilot/json/json_read.h"
#include "stockpilot/memory/arena.h"
#include "stockpilot/text/base64url.h"

/* Room for the tree of the most wasteful document of JWKS_MAX_BYTES that is still worth reading. */
#define PARSE_MEMORY (8 * 1024 * 1024)

bool jwks_kid_is_plausible(const char *kid)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                   "0123456789+/=-_.:~";
    size_t length = strspn(kid, alphabet);
    return kid[length] == '\0' && length >= 1 && length <= JWKS_KID_MAX_LENGTH &&
           strstr(kid, "..") == NULL;
}

const struct jwk *jwks_find(const struct jwks *keys, const char *kid)
{
    for (uint32_t i = 0; i < keys->count; i++) {
        if (strcmp(keys->keys[i].kid, kid) == 0) {
            return &keys->keys[i];
        }
    }
    return NULL;
}

static bool is_text(const struct json_value *value, const char *text)
{
    const char *string = json_string(value);
    return string != NULL && strcmp(string, text) == 0;
}

static bool absent_or_text(const struct json_value *key, const char *name, const char *text)
{
    const struct json_value *value = json_member(key, name);
    return value == NULL || is_text(value, text);
}

static bool may_verify(const struct json_value *key)
{
    const struct json_value *operations = json_member(key, "key_ops");
    if (operations == NULL) {
        return true;
    }
    if (!json_is_array(operations)) {
        return false;
    }
    for (const struct json_value *v = json_first(operations); v != NULL; v = json_next(v)) {
        if (is_text(v, "verify")) {
            return true;
        }
    }
    return false;
}

/* A Base64urlUInt: the fewest bytes that hold it, so never a leading zero. */
static bool read_number(const struct json_value *value, unsigned char *bytes, size_t capacity,
                        size_t *length)
{
    const char *text = json_string(value);
    return text != NULL && base64url_decode(text, strlen(text), bytes, capacity, length) &&
           *length > 0 && bytes[0] != 0;
}

static bool read_modulus(const struct json_value *value, struct jwk *jwk)
{
    size_t length;
    if (!read_number(value, jwk->modulus, sizeof jwk->modulus, &length)) {
        return false;
    }
    jwk->modulus_length = (uint32_t)length;
    /* 2048 bits means the top one is set: 255 bytes and a bit would be 2041. */
    bool long_enough = length > JWKS_MIN_MODULUS_BYTES ||
                       (length == JWKS_MIN_MODULUS_BYTES && (jwk->modulus[0] & 0x80));
    return long_enough && (jwk->modulus[length - 1] & 1);
}

static bool read_exponent(const struct json_value *value, struct jwk *jwk)
{
    unsigned char bytes[sizeof jwk->exponent];
    size_t length;
    if (!read_number(value, bytes, sizeof bytes, &length)) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        jwk->exponent = jwk->exponent << 8 | bytes[i];
    }
    return jwk->exponent >= 3 && (jwk->exponent & 1);
}

static bool read_key(const struct json_value *key, struct jwk *jwk)
{
    const char *kid = json_is_object(key) ? json_string(json_member(key, "kid")) : NULL;
    if (kid == NULL || !jwks_kid_is_plausible(kid) || !is_text(json_member(key, "kty"), "RSA") ||
        !absent_or_text(key, "use", "sig") || !absent_or_text(key, "alg", "RS256") ||
        !may_verify(key) || json_member(key, "d") != NULL) {
        return false;
    }
    memset(jwk, 0, sizeof *jwk);
    memcpy(jwk->kid, kid, strlen(kid) + 1);
    return read_modulus(json_member(key, "n"), jwk) && read_exponent(json_member(key, "e"), jwk);
}

static enum error_kind read_set(struct arena *arena, const char *text, size_t length,
                                struct jwks *keys, struct error *error)
{
    const struct json_value *document;
    if (json_parse(arena, text, length, JSON_DEFAULT_DEPTH, &document, error) != ERROR_NONE) {
        error_reset(error); /* the reader's words are for clients that sent the JSON */
        return error_set_cause(error, ERROR_UNAVAILABLE, "the key set is not valid JSON");
    }
    const struct json_value *list = json_is_object(document) ? json_member(document, "keys") : NULL;
    if (list == NULL || !json_is_array(list)) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "the key set has no array \"keys\"");
    }
    struct jwks *found = arena_alloc(arena, sizeof *found);
    if (found == NULL) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "no memory for the key set");
    }
    for (const struct json_value *v = json_first(list); v != NULL && found->count < JWKS_MAX_KEYS;
         v = json_next(v)) {
        struct jwk *next = &found->keys[found->count];
        if (read_key(v, next) && jwks_find(found, next->kid) == NULL) {
            found->count++;
        } else {
            memset(next, 0, sizeof *next);
        }
    }
    if (found->count == 0) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "the key set has no usable RS256 key");
    }
    *keys = *found;
    return ERROR_NONE;
}

enum error_kind jwks_parse(const char *text, size_t length, struct jwks *keys, struct error *error)
{
    if (length > JWKS_MAX_BYTES) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "the key set is longer than %d bytes",
                               JWKS_MAX_BYTES);
    }
    struct arena *arena = arena_new(PARSE_MEMORY);
    if (arena == NULL) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "no memory for the key set");
    }
    enum error_kind kind = read_set(arena, text, length, keys, error);
    arena_free(arena);
    return kind;
}
