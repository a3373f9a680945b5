#include "stockpilot/aws/credentials.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "credential_refresh.h"
#include "credential_setting.h"
#include "credentials_file.h"
#include "instance_credentials.h"
#include "stockpilot/log/log.h"

/* On the instance itself an answer takes milliseconds. Who has credentials already is not kept
 * waiting for better ones. */
#define FIRST_CONNECT_MS 1000
#define FIRST_TOTAL_MS AWS_CREDENTIALS_LONGEST_MS
#define REFRESH_CONNECT_MS 250
#define REFRESH_TOTAL_MS 500

/* With less time than this left the instance is not asked: that would fail for our own sake. */
#define LEAST_TIME_MS 50

enum place { NOWHERE, ENVIRONMENT, CREDENTIALS_FILE, INSTANCE };

struct aws_credential_source {
    struct aws_credentials credentials;
    enum place place; /* where they are from */
    struct credentials_file_state file;
    struct instance_metadata *instance;
    struct credential_refresh refresh; /* of the instance's */
    char absence[ERROR_DETAIL_SIZE];   /* why the instance gave none the last time */
};

struct aws_credential_source *aws_credential_source_new(void)
{
    struct aws_credential_source *source = calloc(1, sizeof *source);
    if (source != NULL && (source->instance = instance_metadata_new()) == NULL) {
        free(source);
        return NULL;
    }
    return source;
}

void aws_credential_source_free(struct aws_credential_source *source)
{
    if (source != NULL) {
        instance_metadata_free(source->instance);
        explicit_bzero(source, sizeof *source);
        free(source);
    }
}

void aws_credentials_distrust(struct aws_credential_source *source)
{
    if (source->place == INSTANCE) {
        source->refresh.distrusted = true;
    } else {
        source->place = NOWHERE;
    }
}

/* ERROR_NOT_FOUND when the environment has nothing to say. */
static enum error_kind read_environment(struct aws_credentials *found, struct error *error)
{
    const char *id = credential_variable("AWS_ACCESS_KEY_ID");
    const char *secret = credential_variable("AWS_SECRET_ACCESS_KEY");
    const char *token = credential_variable("AWS_SESSION_TOKEN");
    if (id == NULL && secret == NULL) {
        return ERROR_NOT_FOUND;
    }
    if (id == NULL || secret == NULL) {
        return error_set_cause(error, ERROR_UNAVAILABLE,
                               "of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set");
    }
    if (!credential_keep(found->access_key_id, sizeof found->access_key_id, id) ||
        !credential_keep(found->secret_access_key, sizeof found->secret_access_key, secret) ||
        !credential_keep(found->session_token, sizeof found->session_token,
                         token != NULL ? token : "")) {
        return error_set_cause(error, ERROR_UNAVAILABLE,
                               "the AWS credentials in the environment are too long");
    }
    return ERROR_NONE;
}

static bool instance_is_due(const struct aws_credential_source *source)
{
    return credential_refresh_is_due(&source->refresh, clock_wall_seconds(), clock_monotonic_ms());
}

/* For whom there are none yet. */
static enum error_kind fetch_first(struct aws_credential_source *source, struct deadline deadline,
                                   struct aws_credentials *found, struct error *error)
{
    if (deadline_left_ms(deadline) < LEAST_TIME_MS) {
        return error_set_cause(error, ERROR_UNAVAILABLE,
                               "no time left to look for AWS credentials");
    }
    if (!instance_is_due(source)) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "%s", source->absence);
    }
    enum error_kind kind = instance_credentials_fetch(
        source->instance, deadline_earlier(deadline, deadline_after_ms(FIRST_TOTAL_MS)),
        FIRST_CONNECT_MS, found, error);
    if (kind != ERROR_NONE) {
        snprintf(source->absence, sizeof source->absence, "there are no AWS credentials: %.200s",
                 error->cause);
        credential_refresh_note_absence(&source->refresh, clock_monotonic_ms());
        return error_set_cause(error, ERROR_UNAVAILABLE, "%s", source->absence);
    }
    return kind;
}

static enum error_kind find(struct aws_credential_source *source, struct deadline deadline,
                            struct aws_credentials *found, enum place *place, struct error *error)
{
    *place = ENVIRONMENT;
    enum error_kind kind = read_environment(found, error);
    if (kind == ERROR_NOT_FOUND) {
        *place = CREDENTIALS_FILE;
        kind = credentials_file_read(found, &source->file, error);
    }
    if (kind != ERROR_NOT_FOUND) {
        return kind;
    }
    *place = INSTANCE;
    if (source->place != INSTANCE) {
        return fetch_first(source, deadline, found, error);
    }
    return instance_credentials_fetch(
        source->instance, deadline_earlier(deadline, deadline_after_ms(REFRESH_TOTAL_MS)),
        REFRESH_CONNECT_MS, found, error);
}

static void take(struct aws_credential_source *source, enum place place,
                 const struct aws_credentials *found)
{
    bool unchanged = source->place == place &&
                     strcmp(source->credentials.access_key_id, found->access_key_id) == 0 &&
                     strcmp(source->credentials.session_token, found->session_token) == 0 &&
                     source->credentials.expires_at == found->expires_at;
    if (place != INSTANCE) {
        source->refresh = (struct credential_refresh){ 0 };
    } else if (unchanged) {
        credential_refresh_note_unchanged(&source->refresh, clock_monotonic_ms());
    } else {
        credential_refresh_note_others(&source->refresh, found->expires_at, random());
    }
    source->credentials = *found;
    source->place = place;
}

/* Nobody is told of this by an error, so the log is. */
static void keep_earlier(struct aws_credential_source *source, struct error *error)
{
    LOG(LOG_LEVEL_WARNING, "credentials_kept", LOG_TEXT("cause", error->cause),
        LOG_NUMBER("expires_in_s", source->credentials.expires_at - clock_wall_seconds()));
    credential_refresh_note_failure(&source->refresh, clock_monotonic_ms(), random());
    error_reset(error);
}

static enum error_kind look(struct aws_credential_source *source, struct deadline deadline,
                            struct error *error)
{
    struct aws_credentials found = { .expires_at = 0 };
    enum place place;
    enum error_kind kind = find(source, deadline, &found, &place, error);
    if (kind == ERROR_NONE) {
        take(source, place, &found);
    } else if (source->place == INSTANCE) {
        keep_earlier(source, error);
        kind = ERROR_NONE;
    } else {
        source->place = NOWHERE;
        explicit_bzero(&source->credentials, sizeof source->credentials);
    }
    explicit_bzero(&found, sizeof found);
    return kind;
}

static bool is_current(const struct aws_credential_source *source, struct deadline deadline)
{
    switch (source->place) {
    case ENVIRONMENT:
        return true;
    case CREDENTIALS_FILE:
        return credentials_file_is_unchanged(&source->file);
    case INSTANCE:
        return !instance_is_due(source) || deadline_left_ms(deadline) < LEAST_TIME_MS;
    case NOWHERE:
        break;
    }
    return false;
}

enum error_kind aws_credentials_get_by(struct aws_credential_source *source,
                                       struct deadline deadline,
                                       const struct aws_credentials **credentials,
                                       struct error *error)
{
    enum error_kind kind =
        is_current(source, deadline) ? ERROR_NONE : look(source, deadline, error);
    if (kind == ERROR_NONE) {
        *credentials = &source->credentials;
    }
    return kind;
}

enum error_kind aws_credentials_get(struct aws_credential_source *source,
                                    const struct aws_credentials **credentials, struct error *error)
{
    return aws_credentials_get_by(source, deadline_after_ms(AWS_CREDENTIALS_LONGEST_MS),
                                  credentials, error);
}
