/*
 * What a stranger can send as a token, up to the point where the signature is asked: the input is
 * read as an Authorization header's credentials by the gate, and as a payload by the claims.
 */
#include <string.h>

#include "fuzz_target.h"
#include "stockpilot/auth/bearer.h"
#include "stockpilot/auth/jwks.h"
#include "stockpilot/auth/token_claims.h"
#include "stockpilot/auth/token_gate.h"
#include "stockpilot/text/base64url.h"

#define NOW 1700000000

static const struct claim_rules rules = {
    .issuer = "https://issuer.example/pool",
    .client_ids = "client,other",
    .leeway_seconds = 30,
    .default_role = ROLE_VIEWER,
};

static void check_claims(const struct json_value *payload)
{
    struct token_claims claims;
    struct error error;
    error_reset(&error);
    if (token_claims_read(payload, &rules, NOW, &claims, &error) != ERROR_NONE) {
        PROMISE(error.kind == ERROR_INVALID_TOKEN && error.detail[0] == '\0');
        return;
    }
    PROMISE(claims.valid_from <= NOW && NOW < claims.valid_until);
    PROMISE(claims.principal.subject[0] != '\0');
    PROMISE(claims.principal.role >= ROLE_VIEWER && claims.principal.role <= ROLE_ADMIN);
}

/* What the gate lets through is the only spelling of what it says. */
static void check_signature(const struct gated_token *token, size_t length)
{
    static char text[BASE64URL_ENCODED_SIZE(8192)];
    size_t encoded = base64url_encode(token->signature, token->signature_length, text);
    PROMISE(token->signed_length + 1 + encoded == length);
    PROMISE(strcmp(token->text + token->signed_length + 1, text) == 0);
}

static void check_token(struct arena *arena, const char *authorization)
{
    struct error error;
    struct gated_token token;
    const char *text;
    size_t length;
    error_reset(&error);
    if (bearer_token(authorization, &text, &length, &error) != ERROR_NONE) {
        PROMISE(error.kind == ERROR_UNAUTHENTICATED || error.kind == ERROR_INVALID_TOKEN);
        return;
    }
    if (token_gate_open(arena, text, length, &token, &error) != ERROR_NONE) {
        PROMISE(error.kind == ERROR_INVALID_TOKEN || error.kind == ERROR_INTERNAL);
        PROMISE(error.detail[0] == '\0');
        return;
    }
    PROMISE(token.text == text && jwks_kid_is_plausible(token.kid));
    check_signature(&token, length);
    check_claims(token.payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char scheme[] = "Bearer ";
    struct arena *arena = arena_new(TOKEN_GATE_MEMORY);
    char *authorization = malloc(sizeof scheme + size);
    const struct json_value *payload;
    struct error error;
    error_reset(&error);
    if (arena != NULL && authorization != NULL) {
        memcpy(authorization, scheme, sizeof scheme - 1);
        memcpy(authorization + sizeof scheme - 1, bytes, size);
        authorization[sizeof scheme - 1 + size] = '\0';
        check_token(arena, authorization);
        if (json_parse(arena, (const char *)bytes, size, JSON_DEFAULT_DEPTH, &payload, &error) ==
                ERROR_NONE &&
            json_is_object(payload)) {
            check_claims(payload);
        }
    }
    free(authorization);
    arena_free(arena);
    return 0;
}
