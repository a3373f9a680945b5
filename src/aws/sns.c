#include "stockpilot/aws/sns.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stockpilot/aws/credentials.h"
#include "stockpilot/aws/sigv4.h"
#include "stockpilot/httpclient/httpclient.h"
#include "stockpilot/memory/arena.h"
#include "stockpilot/text/buffer.h"

#define API_VERSION "2010-03-31"
#define CONTENT_TYPE "application/x-www-form-urlencoded; charset=utf-8"
#define TIME_SIZE sizeof "20150830T123600Z"

/* A form of the largest message, every byte of it three. */
#define MAX_FORM (1024 * 1024)
#define MAX_ANSWER (64 * 1024)
#define ARENA_LIMIT (8 * 1024 * 1024)

struct sns_client {
    struct aws_credential_source *credentials;
    struct arena *arena; /* of one call */
    char *region;
    char *url;  /* with a path */
    char *host; /* as the header has it */
    int connect_timeout_ms;
    int total_timeout_ms;
};

static bool set_endpoint(struct sns_client *client, const char *endpoint)
{
    char made[128];
    if (endpoint == NULL) {
        snprintf(made, sizeof made, "https://sns.%s.amazonaws.com", client->region);
        endpoint = made;
    }
    const char *host = strstr(endpoint, "://");
    size_t length = strlen(endpoint);
    host = host != NULL ? host + 3 : endpoint;
    client->host = strndup(host, strcspn(host, "/"));
    client->url = malloc(length + 2);
    if (client->host == NULL || client->url == NULL) {
        return false;
    }
    snprintf(client->url, length + 2, "%s%s", endpoint, endpoint[length - 1] == '/' ? "" : "/");
    return true;
}

enum error_kind sns_client_new(const struct sns_settings *settings, struct sns_client **client,
                               struct error *error)
{
    struct sns_client *made = calloc(1, sizeof *made);
    if (made != NULL) {
        made->credentials = aws_credential_source_new();
        made->arena = arena_new(ARENA_LIMIT);
        made->region = strdup(settings->region);
        made->connect_timeout_ms = settings->connect_timeout_ms;
        made->total_timeout_ms = settings->total_timeout_ms;
    }
    if (made == NULL || made->credentials == NULL || made->arena == NULL || made->region == NULL ||
        !set_endpoint(made, settings->endpoint)) {
        sns_client_free(made);
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the SNS client");
    }
    *client = made;
    return ERROR_NONE;
}

void sns_client_free(struct sns_client *client)
{
    if (client == NULL) {
        return;
    }
    aws_credential_source_free(client->credentials);
    arena_free(client->arena);
    free(client->region);
    free(client->url);
    free(client->host);
    free(client);
}

static void append_field(struct buffer *form, const char *name, const char *value)
{
    static const char digits[] = "0123456789ABCDEF";
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    if (form->length > 0) {
        buffer_append_char(form, '&');
    }
    buffer_append_text(form, name);
    buffer_append_char(form, '=');
    for (; *value != '\0'; value++) {
        unsigned char c = (unsigned char)*value;
        if (strchr(plain, c) != NULL) {
            buffer_append_char(form, (char)c);
        } else {
            buffer_append_char(form, '%');
            buffer_append_char(form, digits[c >> 4]);
            buffer_append_char(form, digits[c & 15]);
        }
    }
}

static void begin_form(struct buffer *form, struct arena *arena, const char *action)
{
    buffer_init(form, arena, MAX_FORM);
    append_field(form, "Action", action);
    append_field(form, "Version", API_VERSION);
}

static void append_attribute(struct buffer *form, size_t number,
                             const struct sns_attribute *attribute)
{
    char name[64];
    snprintf(name, sizeof name, "MessageAttributes.entry.%zu.Name", number);
    append_field(form, name, attribute->name);
    snprintf(name, sizeof name, "MessageAttributes.entry.%zu.Value.DataType", number);
    append_field(form, name, attribute->type);
    snprintf(name, sizeof name, "MessageAttributes.entry.%zu.Value.StringValue", number);
    append_field(form, name, attribute->value);
}

/* What stands in the first element of that name; false when there is none, or it does not fit. */
static bool element(const char *xml, const char *name, char *text, size_t size)
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

static enum error_kind sign_and_send(struct sns_client *client, const struct buffer *form,
                                     const struct aws_credentials *credentials,
                                     struct deadline deadline, struct httpclient_response *response,
                                     struct error *error)
{
    char now[TIME_SIZE];
    const time_t seconds = (time_t)clock_wall_seconds();
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(now, sizeof now, "%Y%m%dT%H%M%SZ", &parts);

    struct sigv4_header headers[5] = { { "Host", client->host },
                                       { "Content-Type", CONTENT_TYPE },
                                       { "X-Amz-Date", now } };
    size_t count = 3;
    if (credentials->session_token[0] != '\0') {
        headers[count++] =
            (struct sigv4_header){ "X-Amz-Security-Token", credentials->session_token };
    }
    const struct sigv4_request request = { "POST",  "/",         "",          count,
                                           headers, form->bytes, form->length };
    const struct sigv4_scope scope = { client->region, "sns", now, false };
    const char *authorization;
    enum error_kind kind =
        sigv4_authorization(client->arena, &request, &scope, credentials, &authorization, error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    headers[count++] = (struct sigv4_header){ "Authorization", authorization };
    struct httpclient_header sent[5];
    for (size_t i = 0; i < count; i++) {
        sent[i] = (struct httpclient_header){ headers[i].name, headers[i].value };
    }
    const struct httpclient_request post = { client->url, form->bytes, form->length, count, sent };
    int left = deadline_left_ms(deadline);
    const struct httpclient_limits limits = {
        .connect_timeout_ms = left < client->connect_timeout_ms ? left : client->connect_timeout_ms,
        .total_timeout_ms = left,
        .maximum_bytes = MAX_ANSWER,
        /* Development only: the option that names such an endpoint is refused elsewhere. */
        .allow_plain_http = strncmp(client->url, "http://", 7) == 0,
    };
    return httpclient_send(&post, &limits, response, error);
}

/* What another try, perhaps with other credentials, may mend. */
static bool is_about_credentials(const char *code)
{
    static const char *const codes[] = { "ExpiredToken",          "ExpiredTokenException",
                                         "InvalidClientTokenId",  "UnrecognizedClientException",
                                         "InvalidSecurity",       "MissingAuthenticationToken",
                                         "TokenRefreshRequired",  "RequestExpired",
                                         "SignatureDoesNotMatch", "IncompleteSignature",
                                         "InvalidSecurityToken",  NULL };
    for (const char *const *each = codes; *each != NULL; each++) {
        if (strcmp(*each, code) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_throttling(const char *code)
{
    return strstr(code, "Throttl") != NULL || strcmp(code, "RequestLimitExceeded") == 0 ||
           strcmp(code, "TooManyRequestsException") == 0;
}

static enum sns_outcome judge(const struct httpclient_response *response, bool *distrust,
                              struct error *error)
{
    char code[64] = "";
    if (response->status == 200) {
        return SNS_ACCEPTED;
    }
    (void)element(response->body, "Code", code, sizeof code);
    error_set_cause(error, ERROR_UNAVAILABLE, "SNS says %d %s", response->status, code);
    *distrust = is_about_credentials(code);
    bool again = response->status >= 500 || response->status == 429 || *distrust ||
                 is_throttling(code) || response->status < 400;
    return again ? SNS_TRY_AGAIN : SNS_REFUSED;
}

/* One call; `name` is the element of the answer that is wanted. */
static enum sns_outcome call_once(struct sns_client *client, const struct buffer *form,
                                  struct deadline deadline, const char *name, char *text,
                                  size_t size, bool *distrust, struct error *error)
{
    const struct aws_credentials *credentials;
    struct httpclient_response response;
    error_reset(error);
    *distrust = false;
    if (aws_credentials_get(client->credentials, &credentials, error) != ERROR_NONE ||
        sign_and_send(client, form, credentials, deadline, &response, error) != ERROR_NONE) {
        return SNS_TRY_AGAIN;
    }
    enum sns_outcome outcome = judge(&response, distrust, error);
    if (outcome == SNS_ACCEPTED && !element(response.body, name, text, size)) {
        error_set_cause(error, ERROR_UNAVAILABLE, "SNS answers 200 without a %s", name);
        outcome = SNS_TRY_AGAIN;
    }
    httpclient_response_free(&response);
    return outcome;
}

static enum sns_outcome call(struct sns_client *client, const struct buffer *form, const char *name,
                             char *text, size_t size, struct error *error)
{
    const struct deadline deadline = deadline_after_ms(client->total_timeout_ms);
    bool distrust = false;
    enum sns_outcome outcome = SNS_REFUSED;
    if (buffer_failed(form)) {
        error_set_cause(error, ERROR_INTERNAL, "a message for SNS is too large");
    } else {
        outcome = call_once(client, form, deadline, name, text, size, &distrust, error);
        if (distrust) {
            aws_credentials_distrust(client->credentials);
            outcome = call_once(client, form, deadline, name, text, size, &distrust, error);
        }
    }
    arena_reset(client->arena);
    return outcome;
}

enum sns_outcome sns_publish(struct sns_client *client, const struct sns_message *message,
                             char message_id[SNS_MESSAGE_ID_SIZE], struct error *error)
{
    struct buffer form;
    begin_form(&form, client->arena, "Publish");
    append_field(&form, "TopicArn", message->topic_arn);
    if (message->subject != NULL) {
        append_field(&form, "Subject", message->subject);
    }
    append_field(&form, "Message", message->body);
    for (size_t i = 0; i < message->attribute_count; i++) {
        append_attribute(&form, i + 1, &message->attributes[i]);
    }
    return call(client, &form, "MessageId", message_id, SNS_MESSAGE_ID_SIZE, error);
}

enum sns_outcome sns_subscribe_email(struct sns_client *client, const char *topic_arn,
                                     const char *email, const char *filter_policy,
                                     char subscription_arn[SNS_SUBSCRIPTION_ARN_SIZE],
                                     struct error *error)
{
    struct buffer form;
    begin_form(&form, client->arena, "Subscribe");
    append_field(&form, "TopicArn", topic_arn);
    append_field(&form, "Protocol", "email");
    append_field(&form, "Endpoint", email);
    if (filter_policy != NULL) {
        append_field(&form, "Attributes.entry.1.key", "FilterPolicy");
        append_field(&form, "Attributes.entry.1.value", filter_policy);
    }
    return call(client, &form, "SubscriptionArn", subscription_arn, SNS_SUBSCRIPTION_ARN_SIZE,
                error);
}
