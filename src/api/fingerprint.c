#include "fingerprint.h"

#include <openssl/evp.h>
#include <string.h>

#define SHA256_BYTES 32

static bool digest(const struct http_request *request, unsigned char bytes[SHA256_BYTES])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    /* The NULs between the parts are digested too: where one part ends is no matter of opinion. */
    bool done = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
                EVP_DigestUpdate(context, request->method, strlen(request->method) + 1) == 1 &&
                EVP_DigestUpdate(context, request->path, strlen(request->path) + 1) == 1 &&
                EVP_DigestUpdate(context, request->body, request->content_length) == 1 &&
                EVP_DigestFinal_ex(context, bytes, NULL) == 1;
    EVP_MD_CTX_free(context);
    return done;
}

enum error_kind fingerprint_make(struct arena *arena, const struct http_request *request,
                                 const char **fingerprint, struct error *error)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[SHA256_BYTES];
    char *text = arena_alloc(arena, 2 + 2 * sizeof bytes + 1);
    if (text == NULL || !digest(request, bytes)) {
        return error_set_cause(error, ERROR_INTERNAL, "no fingerprint of the request");
    }
    text[0] = '\\';
    text[1] = 'x';
    for (size_t i = 0; i < sizeof bytes; i++) {
        text[2 + 2 * i] = digits[bytes[i] >> 4];
        text[3 + 2 * i] = digits[bytes[i] & 15];
    }
    *fingerprint = text;
    return ERROR_NONE;
}
