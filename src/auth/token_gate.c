#include "stockpilot/auth/token_gate.h"

#include <string.h>
#include <strings.h>

#include "stockpilot/auth/jwks.h"
#include "stockpilot/auth/token_verifier.h"
#include "stockpilot/text/base64url.h"

struct segment {
    const char *text;
    size_t length;
};

enum { HEADER, PAYLOAD, SIGNATURE, SEGMENTS };

static enum error_kind refuse(struct error *error, const char *why)
{
    return error_set_cause(error, ERROR_INVALID_TOKEN, "%s", why);
}

static bool split(const char *text, size_t length, struct segment segments[SEGMENTS])
{
    const char *end = text + length;
    for (int i = 0; i < SEGMENTS; i++) {
        const char *dot = memchr(text, '.', (size_t)(end - text));
        bool last = i == SEGMENTS - 1;
        if (last != (dot == NULL)) {
            return false; /* too few dots, or too many */
        }
        segments[i].text = text;
        segments[i].length = (size_t)((last ? end : dot) - text);
        if (segments[i].length == 0) {
            return false;
        }
        text = last ? end : dot + 1;
    }
    return true;
}

static enum error_kind decode(struct arena *arena, const struct segment *segment,
                              unsigned char **bytes, size_t *length, struct error *error)
{
    size_t capacity = BASE64URL_DECODED_SIZE(segment->length);
    *bytes = arena_alloc(arena, capacity);
    if (*bytes == NULL) {
        return error_set_cause(error, ERROR_INTERNAL, "no memory for a token");
    }
    if (!base64url_decode(segment->text, segment->length, *bytes, capacity, length)) {
        return refuse(error, "a segment is not strict base64url");
    }
    return ERROR_NONE;
}

static enum error_kind decode_object(struct arena *arena, const struct segment *segment,
                                     const struct json_value **object, struct error *error)
{
    unsigned char *bytes;
    size_t length;
    enum error_kind kind = decode(arena, segment, &bytes, &length, error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    kind = json_parse(arena, (const char *)bytes, length, JSON_DEFAULT_DEPTH, object, error);
    if (kind == ERROR_INTERNAL) {
        return kind;
    }
    if (kind != ERROR_NONE || !json_is_object(*object)) {
        error_reset(
            error); /* the JSON reader quotes the token, and a client is told nothing of it */
        return refuse(error, "header or payload is not a strict JSON object");
    }
    return ERROR_NONE;
}

static enum error_kind check_header(const struct json_value *header, const char **kid,
                                    struct error *error)
{
    static const char *const refused[] = {
        "crit", "b64", "zip", "enc", "jku", "jwk", "x5u", "x5c"
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        if (json_member(header, refused[i]) != NULL) {
            return error_set_cause(error, ERROR_INVALID_TOKEN, "header has %s", refused[i]);
        }
    }
    const char *algorithm = json_string(json_member(header, "alg"));
    if (algorithm == NULL || strcmp(algorithm, "RS256") != 0) {
        return refuse(error, "alg is not RS256");
    }
    const struct json_value *type = json_member(header, "typ");
    if (type != NULL && (!json_is_string(type) || strcasecmp(json_string(type), "JWT") != 0)) {
        return refuse(error, "typ is not JWT");
    }
    const char *id = json_string(json_member(header, "kid"));
    if (id == NULL || !jwks_kid_is_plausible(id)) {
        return refuse(error, "kid is missing or cannot be one of ours");
    }
    *kid = id;
    return ERROR_NONE;
}

enum error_kind token_gate_open(struct arena *arena, const char *text, size_t length,
                                struct gated_token *token, struct error *error)
{
    struct segment segments[SEGMENTS];
    if (length > TOKEN_MAX_BYTES || !split(text, length, segments)) {
        return refuse(error, "not three segments, or too long");
    }
    struct gated_token opened = { .text = text };
    opened.signed_length = segments[HEADER].length + 1 + segments[PAYLOAD].length;
    const struct json_value *header;
    enum error_kind kind = decode_object(arena, &segments[HEADER], &header, error);
    if (kind == ERROR_NONE) {
        kind = check_header(header, &opened.kid, error);
    }
    if (kind == ERROR_NONE) {
        kind = decode_object(arena, &segments[PAYLOAD], &opened.payload, error);
    }
    unsigned char *signature = NULL;
    if (kind == ERROR_NONE) {
        kind = decode(arena, &segments[SIGNATURE], &signature, &opened.signature_length, error);
    }
    if (kind == ERROR_NONE) {
        opened.signature = signature;
        *token = opened;
    }
    return kind;
}
