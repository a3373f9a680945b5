#include "instance_credentials.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "credential_setting.h"
#include "stockpilot/httpclient/httpclient.h"
#include "stockpilot/json/json_read.h"
#include "stockpilot/memory/arena.h"
#include "stockpilot/text/iso8601.h"

#define STANDARD_ENDPOINT "http://169.254.169.254"
#define TOKEN_PATH "/latest/api/token"
#define ROLES_PATH "/latest/meta-data/iam/security-credentials/"

/* The longest life that there is. Given up a little early, so that it does not expire on the way.
 */
#define TOKEN_LIFE "21600"
#define TOKEN_USE_MS ((21600 - 60) * INT64_C(1000))

#define TOKEN_SIZE 1024
#define ROLE_SIZE 65 /* IAM's longest name, and the NUL */
#define ROLE_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+=,.@_-"
#define PATH_SIZE (sizeof ROLES_PATH + ROLE_SIZE)
#define URL_SIZE 512
#define MAX_ANSWER (16 * 1024)
#define MAX_DEPTH 4
#define ARENA_LIMIT (64 * 1024)

struct instance_metadata {
    char token[TOKEN_SIZE]; /* "": none yet */
    struct deadline token_end;
    char role[ROLE_SIZE]; /* "": not asked yet */
};

/* One fetch. */
struct visit {
    struct instance_metadata *instance;
    const char *endpoint;
    struct deadline deadline;
    int connect_timeout_ms;
    struct error *error;
};

struct instance_metadata *instance_metadata_new(void)
{
    return calloc(1, sizeof(struct instance_metadata));
}

void instance_metadata_free(struct instance_metadata *instance)
{
    if (instance != NULL) {
        explicit_bzero(instance, sizeof *instance);
        free(instance);
    }
}

static void forget(struct httpclient_response *response)
{
    explicit_bzero(response->body, response->length);
    httpclient_response_free(response);
}

static enum error_kind send(const struct visit *visit, const char *method, const char *path,
                            const struct httpclient_header *header,
                            struct httpclient_response *response)
{
    char url[URL_SIZE];
    size_t length = strlen(visit->endpoint);
    while (length > 0 && visit->endpoint[length - 1] == '/') {
        length--;
    }
    int written = snprintf(url, sizeof url, "%.*s%s", (int)length, visit->endpoint, path);
    if (written < 0 || (size_t)written >= sizeof url) {
        return error_set_cause(visit->error, ERROR_UNAVAILABLE,
                               "AWS_EC2_METADATA_SERVICE_ENDPOINT is too long");
    }
    const struct httpclient_request request = {
        .url = url, .method = method, .header_count = 1, .headers = header
    };
    const struct httpclient_limits limits = {
        .connect_timeout_ms = visit->connect_timeout_ms,
        .total_timeout_ms = deadline_left_ms(visit->deadline),
        .maximum_bytes = MAX_ANSWER,
        .allow_plain_http = true, /* it has no other, and its packets do not leave the host */
    };
    return httpclient_send(&request, &limits, response, visit->error);
}

static enum error_kind not_usable(const struct visit *visit, const char *what, int status)
{
    return error_set_cause(visit->error, ERROR_UNAVAILABLE, "the instance metadata service: %s %d",
                           what, status);
}

/* Printable, and without blanks: what may stand in a header. */
static bool is_one_word(const char *text)
{
    size_t length = 0;
    while (text[length] > ' ' && text[length] <= '~') {
        length++;
    }
    return length > 0 && text[length] == '\0';
}

static enum error_kind fetch_token(const struct visit *visit)
{
    static const struct httpclient_header life = { "X-aws-ec2-metadata-token-ttl-seconds",
                                                   TOKEN_LIFE };
    struct instance_metadata *instance = visit->instance;
    struct httpclient_response response;
    enum error_kind kind = send(visit, "PUT", TOKEN_PATH, &life, &response);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (response.status != 200 || !is_one_word(response.body) ||
        !credential_keep(instance->token, sizeof instance->token, response.body)) {
        kind = not_usable(visit, "no token, status", response.status);
    } else {
        instance->token_end = deadline_after_ms(TOKEN_USE_MS);
    }
    forget(&response);
    return kind;
}

static void drop_token(struct instance_metadata *instance)
{
    explicit_bzero(instance->token, sizeof instance->token);
}

static enum error_kind get_with_token(const struct visit *visit, const char *path,
                                      struct httpclient_response *response)
{
    struct instance_metadata *instance = visit->instance;
    const struct httpclient_header header = { "X-aws-ec2-metadata-token", instance->token };
    if (instance->token[0] == '\0' || deadline_passed(instance->token_end)) {
        enum error_kind kind = fetch_token(visit);
        if (kind != ERROR_NONE) {
            return kind;
        }
    }
    return send(visit, "GET", path, &header, response);
}

/* ERROR_NOT_FOUND for 404. *response is set with ERROR_NONE only. */
static enum error_kind get(const struct visit *visit, const char *path,
                           struct httpclient_response *response)
{
    enum error_kind kind = get_with_token(visit, path, response);
    if (kind == ERROR_NONE && response->status == 401) {
        forget(response);
        drop_token(visit->instance);
        kind = get_with_token(visit, path, response);
    }
    if (kind != ERROR_NONE || response->status == 200) {
        return kind;
    }
    int status = response->status;
    forget(response);
    if (status == 401) {
        drop_token(visit->instance);
    }
    (void)not_usable(visit, "status", status);
    return status == 404 ? ERROR_NOT_FOUND : ERROR_UNAVAILABLE;
}

/* The first line is the role; an instance has one. */
static bool take_role(struct instance_metadata *instance, char *lines)
{
    lines[strcspn(lines, "\r\n")] = '\0';
    return lines[0] != '\0' && lines[strspn(lines, ROLE_CHARACTERS)] == '\0' &&
           credential_keep(instance->role, sizeof instance->role, lines);
}

static enum error_kind ask_for_role(const struct visit *visit)
{
    struct httpclient_response response;
    enum error_kind kind = get(visit, ROLES_PATH, &response);
    if (kind == ERROR_NOT_FOUND) {
        return error_set_cause(visit->error, ERROR_UNAVAILABLE, "the instance has no role");
    }
    if (kind == ERROR_NONE) {
        if (!take_role(visit->instance, response.body)) {
            kind = not_usable(visit, "no name of a role, status", response.status);
        }
        forget(&response);
    }
    return kind;
}

static bool take_member(const struct json_value *document, const char *name, char *into,
                        size_t size)
{
    const char *text = json_string(json_member(document, name));
    return text != NULL && is_one_word(text) && credential_keep(into, size, text);
}

/* Code is the service's word for how it went with the role. */
static enum error_kind read_document(const struct visit *visit, const struct json_value *document,
                                     struct aws_credentials *found)
{
    char code[64] = "";
    char expiration[40];
    if (!take_member(document, "Code", code, sizeof code) || strcmp(code, "Success") != 0) {
        return error_set_cause(
            visit->error, ERROR_UNAVAILABLE,
            "the instance metadata service has no credentials of the role %s%s%s",
            visit->instance->role, code[0] != '\0' ? ": " : "", code);
    }
    if (!take_member(document, "AccessKeyId", found->access_key_id, sizeof found->access_key_id) ||
        !take_member(document, "SecretAccessKey", found->secret_access_key,
                     sizeof found->secret_access_key) ||
        !take_member(document, "Token", found->session_token, sizeof found->session_token) ||
        !take_member(document, "Expiration", expiration, sizeof expiration) ||
        !iso8601_seconds(expiration, &found->expires_at)) {
        return error_set_cause(visit->error, ERROR_UNAVAILABLE,
                               "the instance metadata service gives half of a role's credentials");
    }
    return ERROR_NONE;
}

static void wipe_strings(const struct json_value *document)
{
    for (const struct json_value *each = json_first(document); each != NULL;
         each = json_next(each)) {
        json_wipe(each);
    }
}

static enum error_kind read_body(const struct visit *visit,
                                 const struct httpclient_response *response,
                                 struct aws_credentials *found)
{
    struct arena *arena = arena_new(ARENA_LIMIT);
    const struct json_value *document = NULL;
    struct error unreadable = { 0 }; /* it would quote what cannot be read */
    enum error_kind kind;
    if (arena == NULL) {
        return error_set_cause(visit->error, ERROR_INTERNAL, "no memory for AWS credentials");
    }
    if (json_parse(arena, response->body, response->length, MAX_DEPTH, &document, &unreadable) ==
        ERROR_NONE) {
        kind = read_document(visit, document, found);
        wipe_strings(document);
    } else {
        kind = not_usable(visit, "no JSON, status", response->status);
    }
    arena_free(arena);
    return kind;
}

/* ERROR_NOT_FOUND: the role is gone. */
static enum error_kind ask_for_credentials(const struct visit *visit, struct aws_credentials *found)
{
    char path[PATH_SIZE];
    struct httpclient_response response;
    snprintf(path, sizeof path, ROLES_PATH "%s", visit->instance->role);
    enum error_kind kind = get(visit, path, &response);
    if (kind == ERROR_NONE) {
        kind = read_body(visit, &response, found);
        forget(&response);
    }
    return kind;
}

static enum error_kind ask(const struct visit *visit, struct aws_credentials *found)
{
    struct instance_metadata *instance = visit->instance;
    bool remembered = instance->role[0] != '\0';
    enum error_kind kind = remembered ? ERROR_NONE : ask_for_role(visit);
    kind = kind == ERROR_NONE ? ask_for_credentials(visit, found) : kind;
    if (kind == ERROR_NOT_FOUND) {
        instance->role[0] = '\0';
    }
    if (kind == ERROR_NOT_FOUND && remembered) {
        error_reset(visit->error);
        kind = ask_for_role(visit);
        kind = kind == ERROR_NONE ? ask_for_credentials(visit, found) : kind;
    }
    return kind == ERROR_NOT_FOUND ? ERROR_UNAVAILABLE : kind;
}

enum error_kind instance_credentials_fetch(struct instance_metadata *instance,
                                           struct deadline deadline, int connect_timeout_ms,
                                           struct aws_credentials *found, struct error *error)
{
    const char *disabled = credential_variable("AWS_EC2_METADATA_DISABLED");
    const char *given = credential_variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    const char *endpoint = given != NULL ? given : STANDARD_ENDPOINT;
    if (disabled != NULL && strcasecmp(disabled, "true") == 0) {
        return error_set_cause(error, ERROR_UNAVAILABLE,
                               "AWS_EC2_METADATA_DISABLED forbids to ask the instance");
    }
    if (strncasecmp(endpoint, "http://", sizeof "http://" - 1) != 0) {
        return error_set_cause(error, ERROR_UNAVAILABLE,
                               "AWS_EC2_METADATA_SERVICE_ENDPOINT is no http:// URL");
    }
    const struct visit visit = { instance, endpoint, deadline, connect_timeout_ms, error };
    struct aws_credentials answered = { .expires_at = 0 };
    enum error_kind kind = ask(&visit, &answered);
    if (kind == ERROR_NONE) {
        *found = answered;
    }
    explicit_bzero(&answered, sizeof answered);
    return kind;
}
