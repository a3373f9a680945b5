#include "stockpilot/aws/s3.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/text/decimal.h"

#define MAX_ANSWER (S3_BEGINNING_MAX + 16 * 1024)
#define PATH_SIZE 512
#define URL_SIZE 512

struct s3_client {
    struct aws_client *aws;
    struct aws_credential_source *credentials;
    char *region;
    char *bucket;
    char *url; /* of the bucket */
    bool bucket_in_path;
};

/* The address that calls go to; the bucket's path, if any, is not part of it. */
static void write_endpoint(const struct s3_settings *settings, bool bucket_in_path,
                           char text[URL_SIZE])
{
    if (settings->endpoint != NULL) {
        snprintf(text, URL_SIZE, "%s", settings->endpoint);
    } else if (bucket_in_path) {
        snprintf(text, URL_SIZE, "https://s3.%s.amazonaws.com", settings->region);
    } else {
        snprintf(text, URL_SIZE, "https://%s.s3.%s.amazonaws.com", settings->bucket,
                 settings->region);
    }
}

static bool set_address(struct s3_client *client, const struct s3_settings *settings,
                        char endpoint[URL_SIZE])
{
    char url[2 * URL_SIZE];
    client->bucket_in_path = settings->endpoint != NULL || strchr(settings->bucket, '.') != NULL;
    write_endpoint(settings, client->bucket_in_path, endpoint);
    snprintf(url, sizeof url, "%s%s%s", endpoint, client->bucket_in_path ? "/" : "",
             client->bucket_in_path ? settings->bucket : "");
    client->url = strdup(url);
    return client->url != NULL;
}

static struct aws_client_settings aws_settings(const struct s3_settings *settings,
                                               const char *endpoint)
{
    return (struct aws_client_settings){
        .name = "S3",
        .service = "s3",
        .region = settings->region,
        .endpoint = endpoint,
        .credentials = settings->credentials,
        .connect_timeout_ms = settings->connect_timeout_ms,
        .maximum_answer = MAX_ANSWER,
        .path_as_it_is = true,
    };
}

enum error_kind s3_client_new(const struct s3_settings *settings, struct s3_client **client,
                              struct error *error)
{
    char endpoint[URL_SIZE];
    struct s3_client *made = calloc(1, sizeof *made);
    bool complete = made != NULL && set_address(made, settings, endpoint);
    if (complete) {
        const struct aws_client_settings aws = aws_settings(settings, endpoint);
        made->credentials = settings->credentials;
        made->region = strdup(settings->region);
        made->bucket = strdup(settings->bucket);
        complete = made->region != NULL && made->bucket != NULL &&
                   aws_client_new(&aws, &made->aws, error) == ERROR_NONE;
    }
    if (!complete) {
        s3_client_free(made);
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the S3 client");
    }
    *client = made;
    return ERROR_NONE;
}

void s3_client_free(struct s3_client *client)
{
    if (client != NULL) {
        aws_client_free(client->aws);
        free(client->region);
        free(client->bucket);
        free(client->url);
        free(client);
    }
}

const char *s3_bucket_url(const struct s3_client *client)
{
    return client->url;
}

static void write_path(const struct s3_client *client, const char *key, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s%s/%s", client->bucket_in_path ? "/" : "",
             client->bucket_in_path ? client->bucket : "", key);
}

enum aws_outcome s3_put(struct s3_client *client, const struct s3_object *object,
                        struct deadline deadline, struct error *error)
{
    char path[PATH_SIZE];
    write_path(client, object->key, path);
    const struct aws_call call = {
        .method = "PUT",
        .path = path,
        .query = "",
        .header_count = 2,
        .headers = { { "Content-Type", object->content_type },
                     { "Cache-Control", object->cache_control } },
        .body = object->bytes,
        .body_length = object->length,
    };
    struct aws_answer answer;
    enum aws_outcome outcome = aws_client_call_by(client->aws, &call, deadline, &answer, error);
    aws_answer_free(&answer);
    return outcome;
}

enum aws_outcome s3_delete(struct s3_client *client, const char *key, struct deadline deadline,
                           struct error *error)
{
    char path[PATH_SIZE];
    write_path(client, key, path);
    const struct aws_call call = { .method = "DELETE", .path = path, .query = "" };
    struct aws_answer answer;
    enum aws_outcome outcome = aws_client_call_by(client->aws, &call, deadline, &answer, error);
    /* Not for want of the bucket. */
    bool gone =
        outcome == AWS_REFUSED && answer.status == 404 && strcmp(answer.code, "NoSuchKey") == 0;
    aws_answer_free(&answer);
    return gone ? AWS_DONE : outcome;
}

/* "bytes 0-1048575/5242880" */
static bool read_size(const char *content_range, int64_t *size)
{
    const char *slash = strchr(content_range, '/');
    return slash != NULL && decimal_parse_integer(slash + 1, strlen(slash + 1), size);
}

/* Takes the bytes out of an answer of 200 or 206. */
static enum aws_outcome take_beginning(struct aws_answer *answer, struct s3_beginning *beginning,
                                       struct error *error)
{
    int64_t size = (int64_t)answer->length;
    if (answer->status == 206 && !read_size(answer->content_range, &size)) {
        error_set_cause(error, ERROR_UNAVAILABLE, "S3 answers 206 without a size");
        return AWS_TRY_AGAIN;
    }
    *beginning = (struct s3_beginning){ true, size, answer->body, answer->length };
    answer->body = NULL;
    return AWS_DONE;
}

static void write_range(char *text, size_t size)
{
    snprintf(text, size, "bytes=0-%u", S3_BEGINNING_MAX - 1);
}

enum aws_outcome s3_read_beginning(struct s3_client *client, const char *key,
                                   struct deadline deadline, struct s3_beginning *beginning,
                                   struct error *error)
{
    char path[PATH_SIZE];
    char range[32];
    write_path(client, key, path);
    write_range(range, sizeof range);
    const struct aws_call call = { .method = "GET",
                                   .path = path,
                                   .query = "",
                                   .header_count = 1,
                                   .headers = { { "Range", range } } };
    struct aws_answer answer;
    enum aws_outcome outcome = aws_client_call_by(client->aws, &call, deadline, &answer, error);
    *beginning = (struct s3_beginning){ .found = false };
    if (outcome == AWS_DONE) {
        outcome = take_beginning(&answer, beginning, error);
    } else if (strcmp(answer.code, "NoSuchKey") == 0 || strcmp(answer.code, "InvalidRange") == 0) {
        /* The latter: it is there, and empty. */
        beginning->found = answer.status == 416;
        outcome = AWS_DONE;
        error_reset(error);
    }
    aws_answer_free(&answer);
    return outcome;
}

enum error_kind s3_sign_form(struct s3_client *client, struct arena *arena,
                             struct s3_post_upload upload, struct deadline deadline,
                             struct s3_post_form *form, struct error *error)
{
    const struct aws_credentials *credentials;
    enum error_kind kind =
        aws_credentials_get_by(client->credentials, deadline, &credentials, error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    upload.bucket = client->bucket;
    upload.region = client->region;
    upload.now = clock_wall_seconds();
    return s3_post_policy_sign(arena, &upload, credentials, form, error);
}
