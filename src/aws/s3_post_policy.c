#include "stockpilot/aws/s3_post_policy.h"

#include <openssl/evp.h>
#include <string.h>
#include <time.h>

#include "stockpilot/aws/sigv4.h"
#include "stockpilot/json/json_write.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
#define TIME_SIZE sizeof "20150830T123600Z"
#define EXPIRATION_SIZE sizeof "2015-08-30T12:36:00Z"
#define MAX_POLICY (16 * 1024)

/* New credentials are there by then, or nearly. */
#define RETRY_SECONDS 10

static struct tm parts_of(int64_t at)
{
    const time_t seconds = (time_t)at;
    struct tm parts;
    gmtime_r(&seconds, &parts);
    return parts;
}

static void set_field(struct s3_post_form *form, const char *name, const char *value)
{
    form->fields[form->field_count++] = (struct s3_post_field){ name, value };
}

/* The fields that the policy has a condition for. */
static enum error_kind add_conditions(struct arena *arena, const struct s3_post_upload *upload,
                                      const struct aws_credentials *credentials, const char *now,
                                      struct s3_post_form *form)
{
    const char *token = credentials->session_token;
    const char *time = arena_copy(arena, now, strlen(now));
    const char *credential = arena_printf(arena, "%s/%.8s/%s/s3/aws4_request",
                                          credentials->access_key_id, now, upload->region);
    set_field(form, "Content-Type", upload->content_type);
    set_field(form, "Cache-Control", upload->cache_control);
    set_field(form, "success_action_status", "201");
    set_field(form, "bucket", upload->bucket);
    set_field(form, "X-Amz-Algorithm", ALGORITHM);
    set_field(form, "X-Amz-Credential", credential);
    set_field(form, "X-Amz-Date", time);
    if (token[0] != '\0') {
        token = arena_copy(arena, token, strlen(token));
        set_field(form, "X-Amz-Security-Token", token);
    }
    set_field(form, "key", upload->key);
    return credential != NULL && time != NULL && token != NULL ? ERROR_NONE : ERROR_INTERNAL;
}

/* {"expiration": …, "conditions": [["content-length-range", …], {"bucket": …}, …]} */
static void write_policy(const struct s3_post_upload *upload, const struct s3_post_form *form,
                         struct buffer *policy)
{
    char expiration[EXPIRATION_SIZE];
    struct json_writer json;
    const struct tm end = parts_of(form->expires_at);
    strftime(expiration, sizeof expiration, "%Y-%m-%dT%H:%M:%SZ", &end);
    json_writer_init(&json, policy);
    json_begin_object(&json);
    json_member_string(&json, "expiration", expiration);
    json_write_name(&json, "conditions");
    json_begin_array(&json);
    json_begin_array(&json);
    json_write_string(&json, "content-length-range");
    json_write_integer(&json, upload->minimum_bytes);
    json_write_integer(&json, upload->maximum_bytes);
    json_end_array(&json);
    for (size_t i = 0; i < form->field_count; i++) {
        json_begin_object(&json);
        json_member_string(&json, form->fields[i].name, form->fields[i].value);
        json_end_object(&json);
    }
    json_end_array(&json);
    json_end_object(&json);
}

static char *base64(struct arena *arena, const struct buffer *bytes)
{
    char *text = arena_alloc(arena, (bytes->length + 2) / 3 * 4 + 1);
    if (text != NULL) {
        EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)bytes->bytes,
                        (int)bytes->length);
    }
    return text;
}

/* The policy in Base64 is what is signed, and sent. */
static enum error_kind add_policy(struct arena *arena, const struct s3_post_upload *upload,
                                  const struct aws_credentials *credentials, const char *now,
                                  struct s3_post_form *form)
{
    const struct sigv4_scope scope = { upload->region, "s3", now, true };
    struct buffer json;
    buffer_init(&json, arena, MAX_POLICY);
    write_policy(upload, form, &json);
    char *policy = buffer_failed(&json) ? NULL : base64(arena, &json);
    char *signature = arena_alloc(arena, SIGV4_DIGEST_SIZE);
    if (policy == NULL || signature == NULL ||
        sigv4_signature(&scope, credentials, policy, strlen(policy), signature) != ERROR_NONE) {
        return ERROR_INTERNAL;
    }
    set_field(form, "Policy", policy);
    set_field(form, "X-Amz-Signature", signature);
    return ERROR_NONE;
}

static int64_t expiration(const struct aws_credentials *credentials, int64_t now)
{
    int64_t at = now + S3_POST_LIFETIME;
    return credentials->expires_at != 0 && credentials->expires_at < at ? credentials->expires_at
                                                                        : at;
}

enum error_kind s3_post_policy_sign(struct arena *arena, const struct s3_post_upload *upload,
                                    const struct aws_credentials *credentials,
                                    struct s3_post_form *form, struct error *error)
{
    char now[TIME_SIZE];
    struct s3_post_form made = { .expires_at = expiration(credentials, upload->now) };
    if (made.expires_at - upload->now < S3_POST_SHORTEST) {
        error->retry_after_seconds = RETRY_SECONDS;
        return error_set_cause(error, ERROR_UNAVAILABLE,
                               "the AWS credentials end before an upload could");
    }
    const struct tm parts = parts_of(upload->now);
    strftime(now, sizeof now, "%Y%m%dT%H%M%SZ", &parts);
    if (add_conditions(arena, upload, credentials, now, &made) != ERROR_NONE ||
        add_policy(arena, upload, credentials, now, &made) != ERROR_NONE) {
        return error_set_cause(error, ERROR_INTERNAL, "a form for S3 could not be signed");
    }
    *form = made;
    return ERROR_NONE;
}
