#include "stockpilot/aws/sigv4.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/text/buffer.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
#define DIGEST_BYTES 32
#define DIGEST_TEXT SIGV4_DIGEST_SIZE
#define DATE_LENGTH 8 /* of the time: "20150830" */

/* Longer ones are nobody's. */
#define MAX_CANONICAL (1024 * 1024)

/* What is hashed, part by part. */
struct canonical {
    struct buffer request;
    struct buffer signed_headers;
};

static void hex(const unsigned char bytes[DIGEST_BYTES], char text[DIGEST_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[DIGEST_TEXT - 1] = '\0';
}

static bool hash(const char *bytes, size_t length, char text[DIGEST_TEXT])
{
    unsigned char digest[DIGEST_BYTES];
    if (EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL) != 1) {
        return false;
    }
    hex(digest, text);
    return true;
}

enum error_kind sigv4_digest(const char *bytes, size_t length, char text[SIGV4_DIGEST_SIZE])
{
    return hash(bytes, length, text) ? ERROR_NONE : ERROR_INTERNAL;
}

static bool is_unreserved(char c)
{
    return isalnum((unsigned char)c) || strchr("-._~", c) != NULL;
}

/* Every byte but the unreserved ones and those of `kept` as a percent sequence. */
static void append_encoded(struct buffer *out, const char *text, size_t length, const char *kept)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c != '\0' && (is_unreserved((char)c) || strchr(kept, c) != NULL)) {
            buffer_append_char(out, (char)c);
        } else {
            buffer_append_char(out, '%');
            buffer_append_char(out, digits[c >> 4]);
            buffer_append_char(out, digits[c & 15]);
        }
    }
}

/* Takes "." and ".." out, and empty segments with them (RFC 3986, section 5.2.4). */
static void append_normalized(struct buffer *out, const char *path)
{
    size_t begin = out->length;
    bool ends_in_slash = true;
    while (*path != '\0') {
        path += strspn(path, "/");
        size_t length = strcspn(path, "/");
        if (length == 2 && memcmp(path, "..", 2) == 0) {
            while (out->length > begin && out->bytes[--out->length] != '/') {
            }
            ends_in_slash = true;
        } else if (length == 1 && *path == '.') {
            ends_in_slash = true;
        } else if (length > 0) {
            buffer_append_char(out, '/');
            append_encoded(out, path, length, "");
            ends_in_slash = path[length] == '/';
        }
        path += length;
    }
    if (ends_in_slash) {
        buffer_append_char(out, '/');
    }
}

struct parameter {
    const char *name;
    const char *value;
};

static int compare_parameters(const void *left, const void *right)
{
    const struct parameter *a = left;
    const struct parameter *b = right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : strcmp(a->value, b->value);
}

static const char *encoded(struct arena *arena, const char *text, size_t length)
{
    struct buffer out;
    buffer_init(&out, arena, 3 * length + 1);
    append_encoded(&out, text, length, "%");
    buffer_append_char(&out, '\0');
    return buffer_failed(&out) ? NULL : out.bytes;
}

/* A parameter without a value is one with an empty value. */
static bool append_query(struct buffer *out, struct arena *arena, const char *query)
{
    struct parameter parameters[SIGV4_MAX_PARAMETERS];
    size_t count = 0;
    while (*query != '\0') {
        size_t length = strcspn(query, "&");
        size_t name_length = strcspn(query, "=&");
        size_t value_at = name_length < length ? name_length + 1 : length;
        if (count == SIGV4_MAX_PARAMETERS) {
            return false;
        }
        parameters[count].name = encoded(arena, query, name_length);
        parameters[count].value = encoded(arena, query + value_at, length - value_at);
        if (parameters[count].name == NULL || parameters[count].value == NULL) {
            return false;
        }
        count += length > 0 ? 1 : 0;
        query += length + (query[length] == '&' ? 1 : 0);
    }
    qsort(parameters, count, sizeof *parameters, compare_parameters);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            buffer_append_char(out, '&');
        }
        buffer_append_text(out, parameters[i].name);
        buffer_append_char(out, '=');
        buffer_append_text(out, parameters[i].value);
    }
    return true;
}

/* By name; headers of one name stay in their order. */
static void sort_headers(const struct sigv4_header **sorted, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct sigv4_header *header = sorted[i];
        size_t at = i;
        for (; at > 0 && strcasecmp(sorted[at - 1]->name, header->name) > 0; at--) {
            sorted[at] = sorted[at - 1];
        }
        sorted[at] = header;
    }
}

/* Without white space around it, and with one space where there was more inside. */
static void append_trimmed(struct buffer *out, const char *value)
{
    static const char blank[] = " \t\r\n";
    value += strspn(value, blank);
    while (*value != '\0') {
        size_t length = strcspn(value, blank);
        buffer_append(out, value, length);
        value += length;
        size_t gap = strspn(value, blank);
        value += gap;
        if (gap > 0 && *value != '\0') {
            buffer_append_char(out, ' ');
        }
    }
}

static void append_lower(struct buffer *out, const char *name)
{
    for (; *name != '\0'; name++) {
        buffer_append_char(out, (char)tolower((unsigned char)*name));
    }
}

static bool append_headers(struct canonical *canonical, const struct sigv4_request *request)
{
    const struct sigv4_header *sorted[SIGV4_MAX_HEADERS];
    if (request->header_count > SIGV4_MAX_HEADERS) {
        return false;
    }
    for (size_t i = 0; i < request->header_count; i++) {
        sorted[i] = &request->headers[i];
    }
    sort_headers(sorted, request->header_count);
    for (size_t i = 0; i < request->header_count; i++) {
        bool repeated = i > 0 && strcasecmp(sorted[i - 1]->name, sorted[i]->name) == 0;
        if (repeated) {
            buffer_append_char(&canonical->request, ',');
        } else {
            if (i > 0) {
                buffer_append_char(&canonical->request, '\n');
                buffer_append_char(&canonical->signed_headers, ';');
            }
            append_lower(&canonical->signed_headers, sorted[i]->name);
            append_lower(&canonical->request, sorted[i]->name);
            buffer_append_char(&canonical->request, ':');
        }
        append_trimmed(&canonical->request, sorted[i]->value);
    }
    buffer_append_text(&canonical->request, "\n\n");
    return true;
}

static bool write_canonical(struct arena *arena, const struct sigv4_request *request,
                            bool path_as_it_is, struct canonical *canonical)
{
    char body_hash[DIGEST_TEXT];
    struct buffer *out = &canonical->request;
    buffer_init(out, arena, MAX_CANONICAL);
    buffer_init(&canonical->signed_headers, arena, MAX_CANONICAL);
    buffer_append_text(out, request->method);
    buffer_append_char(out, '\n');
    if (path_as_it_is) {
        append_encoded(out, request->path, strlen(request->path), "/%");
    } else {
        append_normalized(out, request->path);
    }
    buffer_append_char(out, '\n');
    bool fits = append_query(out, arena, request->query);
    buffer_append_char(out, '\n');
    fits = fits && append_headers(canonical, request);
    buffer_append(out, canonical->signed_headers.bytes, canonical->signed_headers.length);
    buffer_append_char(out, '\n');
    fits = fits && hash(request->body, request->body_length, body_hash);
    buffer_append(out, body_hash, DIGEST_TEXT - 1);
    return fits && !buffer_failed(out) && !buffer_failed(&canonical->signed_headers);
}

static bool hmac(const void *key, size_t key_length, const char *text, size_t length,
                 unsigned char digest[DIGEST_BYTES])
{
    return HMAC(EVP_sha256(), key, (int)key_length, (const unsigned char *)text, length, digest,
                NULL) != NULL;
}

/* HMAC of HMAC of … of the secret: for one day, region and service. */
static bool derive_key(const struct sigv4_scope *scope, const char *secret,
                       unsigned char key[DIGEST_BYTES])
{
    char first[4 + AWS_KEY_SIZE] = "AWS4";
    memcpy(first + 4, secret, strlen(secret) + 1);
    bool made = hmac(first, strlen(first), scope->time, DATE_LENGTH, key) &&
                hmac(key, DIGEST_BYTES, scope->region, strlen(scope->region), key) &&
                hmac(key, DIGEST_BYTES, scope->service, strlen(scope->service), key) &&
                hmac(key, DIGEST_BYTES, "aws4_request", sizeof "aws4_request" - 1, key);
    explicit_bzero(first, sizeof first);
    return made;
}

enum error_kind sigv4_signature(const struct sigv4_scope *scope,
                                const struct aws_credentials *credentials, const char *text,
                                size_t length, char signature[SIGV4_DIGEST_SIZE])
{
    unsigned char key[DIGEST_BYTES];
    unsigned char digest[DIGEST_BYTES];
    bool made = derive_key(scope, credentials->secret_access_key, key) &&
                hmac(key, sizeof key, text, length, digest);
    explicit_bzero(key, sizeof key);
    if (!made) {
        return ERROR_INTERNAL;
    }
    hex(digest, signature);
    return ERROR_NONE;
}

static bool sign(const struct canonical *canonical, const struct sigv4_scope *scope,
                 const char *credential_scope, struct arena *arena,
                 const struct aws_credentials *credentials, char signature[DIGEST_TEXT])
{
    char request_hash[DIGEST_TEXT];
    if (!hash(canonical->request.bytes, canonical->request.length, request_hash)) {
        return false;
    }
    const char *text =
        arena_printf(arena, ALGORITHM "\n%s\n%s\n%s", scope->time, credential_scope, request_hash);
    return text != NULL &&
           sigv4_signature(scope, credentials, text, strlen(text), signature) == ERROR_NONE;
}

enum error_kind sigv4_authorization(struct arena *arena, const struct sigv4_request *request,
                                    const struct sigv4_scope *scope,
                                    const struct aws_credentials *credentials,
                                    const char **authorization, struct error *error)
{
    struct canonical canonical;
    char signature[DIGEST_TEXT];
    const char *credential_scope = arena_printf(arena, "%.*s/%s/%s/aws4_request", DATE_LENGTH,
                                                scope->time, scope->region, scope->service);
    if (credential_scope == NULL ||
        !write_canonical(arena, request, scope->path_as_it_is, &canonical) ||
        !sign(&canonical, scope, credential_scope, arena, credentials, signature)) {
        return error_set_cause(error, ERROR_INTERNAL, "a request to AWS could not be signed");
    }
    *authorization = arena_printf(
        arena, ALGORITHM " Credential=%s/%s, SignedHeaders=%.*s, Signature=%s",
        credentials->access_key_id, credential_scope, (int)canonical.signed_headers.length,
        canonical.signed_headers.bytes, signature);
    return *authorization != NULL
               ? ERROR_NONE
               : error_set_cause(error, ERROR_INTERNAL, "no memory for a signature");
}
