#include "stockpilot/auth/bearer.h"

#include <string.h>
#include <strings.h>

#include "stockpilot/auth/token_verifier.h"

static const char scheme[] = "Bearer";
#define SCHEME_LENGTH (sizeof scheme - 1)

enum error_kind bearer_token(const char *authorization, const char **token, size_t *length,
                             struct error *error)
{
    if (authorization == NULL) {
        return error_set_cause(error, ERROR_UNAUTHENTICATED, "no Authorization header");
    }
    if (strncasecmp(authorization, scheme, SCHEME_LENGTH) != 0 ||
        (authorization[SCHEME_LENGTH] != ' ' && authorization[SCHEME_LENGTH] != '\0')) {
        return error_set_cause(error, ERROR_UNAUTHENTICATED, "another scheme than Bearer");
    }
    const char *start = authorization + SCHEME_LENGTH;
    if (start[0] == '\0' || start[strspn(start, " ")] == '\0') {
        return error_set_cause(error, ERROR_UNAUTHENTICATED, "Bearer without a token");
    }
    start++;
    size_t found = strnlen(start, TOKEN_MAX_BYTES + 1);
    if (found > TOKEN_MAX_BYTES) {
        return error_set_cause(error, ERROR_INVALID_TOKEN, "token longer than %d bytes",
                               TOKEN_MAX_BYTES);
    }
    for (size_t i = 0; i < found; i++) {
        if (start[i] <= ' ' || start[i] > '~') { /* plain char may be signed: bytes over 127 too */
            return error_set_cause(error, ERROR_INVALID_TOKEN,
                                   "token with a space or control byte");
        }
    }
    *token = start;
    *length = found;
    return ERROR_NONE;
}
