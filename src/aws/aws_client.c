#include "stockpilot/aws/aws_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stockpilot/aws/sigv4.h"
#include "stockpilot/memory/arena.h"

#define TIME_SIZE sizeof "20150830T123600Z"
#define ARENA_LIMIT (8 * 1024 * 1024)
#define SIGNING_HEADERS 5 /* Host, X-Amz-Date, -Security-Token, -Content-Sha256, Authorization */

struct aws_client {
    struct aws_credential_source *credentials;
    struct arena *arena; /* of one call */
    char *name;
    char *service;
    char *region;
    char *endpoint; /* without a '/' at its end */
    char *host;     /* as the header has it */
    int connect_timeout_ms;
    int total_timeout_ms;
    size_t maximum_answer;
    bool path_as_it_is;
    bool (*is_unwanted)(void);
};

static bool set_endpoint(struct aws_client *client, const char *endpoint)
{
    char standard[128];
    if (endpoint == NULL) {
        snprintf(standard, sizeof standard, "https://%s.%s.amazonaws.com", client->service,
                 client->region);
        endpoint = standard;
    }
    size_t length = strlen(endpoint);
    while (length > 0 && endpoint[length - 1] == '/') {
        length--;
    }
    const char *host = strstr(endpoint, "://");
    host = host != NULL ? host + 3 : endpoint;
    client->endpoint = strndup(endpoint, length);
    client->host = strndup(host, strcspn(host, "/"));
    return client->endpoint != NULL && client->host != NULL;
}

enum error_kind aws_client_new(const struct aws_client_settings *settings,
                               struct aws_client **client, struct error *error)
{
    struct aws_client *made = calloc(1, sizeof *made);
    if (made != NULL) {
        *made = (struct aws_client){
            .credentials = settings->credentials,
            .arena = arena_new(ARENA_LIMIT),
            .name = strdup(settings->name),
            .service = strdup(settings->service),
            .region = strdup(settings->region),
            .connect_timeout_ms = settings->connect_timeout_ms,
            .total_timeout_ms = settings->total_timeout_ms,
            .maximum_answer = settings->maximum_answer,
            .path_as_it_is = settings->path_as_it_is,
            .is_unwanted = settings->is_unwanted,
        };
    }
    if (made == NULL || made->arena == NULL || made->name == NULL || made->service == NULL ||
        made->region == NULL || !set_endpoint(made, settings->endpoint)) {
        aws_client_free(made);
        return error_set_cause(error, ERROR_INTERNAL, "no memory for a client of AWS");
    }
    *client = made;
    return ERROR_NONE;
}

void aws_client_free(struct aws_client *client)
{
    if (client == NULL) {
        return;
    }
    arena_free(client->arena);
    free(client->name);
    free(client->service);
    free(client->region);
    free(client->endpoint);
    free(client->host);
    free(client);
}

static void write_time(char now[TIME_SIZE])
{
    const time_t seconds = (time_t)clock_wall_seconds();
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(now, TIME_SIZE, "%Y%m%dT%H%M%SZ", &parts);
}

/* A call with all the headers it is sent with. */
struct signed_call {
    char now[TIME_SIZE];
    char digest[SIGV4_DIGEST_SIZE];
    size_t header_count;
    struct sigv4_header headers[AWS_MAX_HEADERS + SIGNING_HEADERS];
};

static void add_header(struct signed_call *made, const char *name, const char *value)
{
    made->headers[made->header_count++] = (struct sigv4_header){ name, value };
}

static enum error_kind add_headers(const struct aws_client *client, const struct aws_call *call,
                                   const struct aws_credentials *credentials,
                                   struct signed_call *made, struct error *error)
{
    write_time(made->now);
    add_header(made, "Host", client->host);
    add_header(made, "X-Amz-Date", made->now);
    if (credentials->session_token[0] != '\0') {
        add_header(made, "X-Amz-Security-Token", credentials->session_token);
    }
    if (client->path_as_it_is) {
        const char *body = call->body != NULL ? call->body : "";
        if (sigv4_digest(body, call->body_length, made->digest) != ERROR_NONE) {
            return error_set_cause(error, ERROR_INTERNAL, "no digest of a call to AWS");
        }
        add_header(made, "X-Amz-Content-Sha256", made->digest);
    }
    for (size_t i = 0; i < call->header_count; i++) {
        add_header(made, call->headers[i].name, call->headers[i].value);
    }
    return ERROR_NONE;
}

static enum error_kind sign(const struct aws_client *client, const struct aws_call *call,
                            const struct aws_credentials *credentials, struct signed_call *made,
                            struct error *error)
{
    enum error_kind kind = add_headers(client, call, credentials, made, error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct sigv4_request request = {
        .method = call->method,
        .path = call->path,
        .query = call->query,
        .header_count = made->header_count,
        .headers = made->headers,
        .body = call->body != NULL ? call->body : "",
        .body_length = call->body_length,
    };
    const struct sigv4_scope scope = { client->region, client->service, made->now,
                                       client->path_as_it_is };
    const char *authorization;
    kind = sigv4_authorization(client->arena, &request, &scope, credentials, &authorization, error);
    if (kind == ERROR_NONE) {
        add_header(made, "Authorization", authorization);
    }
    return kind;
}

static enum error_kind send(const struct aws_client *client, const struct aws_call *call,
                            const struct signed_call *made, struct deadline deadline,
                            struct httpclient_response *response, struct error *error)
{
    struct httpclient_header headers[AWS_MAX_HEADERS + SIGNING_HEADERS];
    for (size_t i = 0; i < made->header_count; i++) {
        headers[i] = (struct httpclient_header){ made->headers[i].name, made->headers[i].value };
    }
    const char *url = arena_printf(client->arena, "%s%s%s%s", client->endpoint, call->path,
                                   call->query[0] != '\0' ? "?" : "", call->query);
    if (url == NULL) {
        return error_set_cause(error, ERROR_INTERNAL, "no memory for a call to AWS");
    }
    const struct httpclient_request request = {
        url, call->method, call->body, call->body_length, made->header_count, headers
    };
    const struct httpclient_limits limits = {
        .connect_timeout_ms = client->connect_timeout_ms,
        .total_timeout_ms = deadline_left_ms(deadline),
        .maximum_bytes = client->maximum_answer,
        /* Development only: the options that name such an endpoint are refused elsewhere. */
        .allow_plain_http = strncmp(client->endpoint, "http://", 7) == 0,
        .is_unwanted = client->is_unwanted,
    };
    return httpclient_send(&request, &limits, response, error);
}

/* What another try, perhaps with other credentials, may mend. */
static bool is_about_credentials(const char *code)
{
    static const char *const codes[] = { "ExpiredToken",
                                         "ExpiredTokenException",
                                         "InvalidClientTokenId",
                                         "UnrecognizedClientException",
                                         "InvalidSecurity",
                                         "MissingAuthenticationToken",
                                         "TokenRefreshRequired",
                                         "RequestExpired",
                                         "SignatureDoesNotMatch",
                                         "IncompleteSignature",
                                         "InvalidSecurityToken",
                                         "InvalidAccessKeyId",
                                         "InvalidToken",
                                         "InvalidSignatureException",
                                         "RequestTimeTooSkewed",
                                         "IncompleteSignatureException",
                                         NULL };
    for (const char *const *each = codes; *each != NULL; each++) {
        if (strcmp(*each, code) == 0) {
            return true;
        }
    }
    return false;
}

/* What is too much now and will not be later. LimitExceededException is Cognito's for the mails of
 * a day: an invitation beyond them is a good one. */
static bool is_throttling(const char *code)
{
    return strstr(code, "Throttl") != NULL || strcmp(code, "RequestLimitExceeded") == 0 ||
           strcmp(code, "TooManyRequestsException") == 0 || strcmp(code, "SlowDown") == 0 ||
           strcmp(code, "LimitExceededException") == 0;
}

/* The service waited for the rest of a call in vain. S3 says so with 400. */
static bool is_too_slow(const struct aws_answer *answer)
{
    return answer->status == 408 || strcmp(answer->code, "RequestTimeout") == 0 ||
           strcmp(answer->code, "RequestTimeoutException") == 0;
}

/* "__type" of AWS's JSON protocol, without the namespace in front of the name. */
static void read_json_code(const char *json, char *code, size_t size)
{
    static const char name[] = "\"__type\"";
    const char *begin = strstr(json, name);
    if (begin == NULL) {
        return;
    }
    begin += sizeof name - 1;
    begin += strspn(begin, " \t\r\n:");
    begin += *begin == '"';
    size_t length = strcspn(begin, "\"");
    const char *hash = memchr(begin, '#', length);
    if (hash != NULL) {
        length -= (size_t)(hash + 1 - begin);
        begin = hash + 1;
    }
    snprintf(code, size, "%.*s", (int)(length < size ? length : size - 1), begin);
}

static enum aws_outcome judge(const struct aws_client *client, struct aws_answer *answer,
                              bool *distrust, struct error *error)
{
    if (answer->status >= 200 && answer->status < 300) {
        return AWS_DONE;
    }
    if (!aws_element(answer->body, "Code", answer->code, sizeof answer->code)) {
        read_json_code(answer->body, answer->code, sizeof answer->code);
    }
    error_set_cause(error, ERROR_UNAVAILABLE, "%s says %d %s", client->name, answer->status,
                    answer->code);
    *distrust = is_about_credentials(answer->code);
    bool again = answer->status >= 500 || answer->status == 429 || *distrust ||
                 is_throttling(answer->code) || is_too_slow(answer) || answer->status < 400;
    return again ? AWS_TRY_AGAIN : AWS_REFUSED;
}

static enum aws_outcome call_once(struct aws_client *client, const struct aws_call *call,
                                  struct deadline deadline, struct aws_answer *answer,
                                  bool *distrust, struct error *error)
{
    const struct aws_credentials *credentials;
    struct signed_call made = { .header_count = 0 };
    struct httpclient_response response;
    error_reset(error);
    *distrust = false;
    if (aws_credentials_get_by(client->credentials, deadline, &credentials, error) != ERROR_NONE ||
        sign(client, call, credentials, &made, error) != ERROR_NONE ||
        send(client, call, &made, deadline, &response, error) != ERROR_NONE) {
        return AWS_TRY_AGAIN;
    }
    *answer = (struct aws_answer){ .status = response.status,
                                   .body = response.body,
                                   .length = response.length };
    memcpy(answer->content_range, response.content_range, sizeof answer->content_range);
    return judge(client, answer, distrust, error);
}

enum aws_outcome aws_client_call_by(struct aws_client *client, const struct aws_call *call,
                                    struct deadline deadline, struct aws_answer *answer,
                                    struct error *error)
{
    bool distrust;
    *answer = (struct aws_answer){ .status = 0 };
    if (call->header_count > AWS_MAX_HEADERS) {
        error_set_cause(error, ERROR_INTERNAL, "too many headers for a call to AWS");
        return AWS_REFUSED;
    }
    enum aws_outcome outcome = call_once(client, call, deadline, answer, &distrust, error);
    if (distrust) {
        aws_answer_free(answer);
        aws_credentials_distrust(client->credentials);
        outcome = call_once(client, call, deadline, answer, &distrust, error);
    }
    arena_reset(client->arena);
    return outcome;
}

enum aws_outcome aws_client_call(struct aws_client *client, const struct aws_call *call,
                                 struct aws_answer *answer, struct error *error)
{
    return aws_client_call_by(client, call, deadline_after_ms(client->total_timeout_ms), answer,
                              error);
}

void aws_answer_free(struct aws_answer *answer)
{
    if (answer->body != NULL) {
        explicit_bzero(answer->body, answer->length);
    }
    free(answer->body);
    *answer = (struct aws_answer){ .status = 0 };
}

bool aws_element(const char *xml, const char *name, char *text, size_t size)
{
    char tag[40];
    snprintf(tag, sizeof tag, "<%s>", name);
    const char *begin = strstr(xml, tag);
    if (begin == NULL) {
        return false;
    }
    begin += strlen(tag);
    size_t length = strcspn(begin, "<");
    if (length == 0 || length >= size) {
        return false;
    }
    memcpy(text, begin, length);
    text[length] = '\0';
    return true;
}
