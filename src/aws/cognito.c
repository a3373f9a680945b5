#include "stockpilot/aws/cognito.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/json/json_read.h"
#include "stockpilot/json/json_write.h"
#include "stockpilot/memory/arena.h"

#define TARGET "AWSCognitoIdentityProviderService."
#define CONTENT_TYPE "application/x-amz-json-1.1"

#define MAX_BODY (16u * 1024)
#define MAX_ANSWER (64u * 1024)
#define ARENA_LIMIT (1024u * 1024)

struct cognito_client {
    struct aws_client *aws;
    struct arena *arena; /* of one call */
    char *user_pool_id;
};

/* A call that is being written. */
struct draft {
    struct buffer body;
    struct json_writer json;
};

enum error_kind cognito_client_new(const struct cognito_settings *settings,
                                   struct cognito_client **client, struct error *error)
{
    const struct aws_client_settings aws = {
        .name = "Cognito",
        .service = "cognito-idp",
        .region = settings->region,
        .endpoint = settings->endpoint,
        .credentials = settings->credentials,
        .connect_timeout_ms = settings->connect_timeout_ms,
        .total_timeout_ms = settings->total_timeout_ms,
        .maximum_answer = MAX_ANSWER,
    };
    struct cognito_client *made = calloc(1, sizeof *made);
    if (made == NULL || (made->arena = arena_new(ARENA_LIMIT)) == NULL ||
        (made->user_pool_id = strdup(settings->user_pool_id)) == NULL ||
        aws_client_new(&aws, &made->aws, error) != ERROR_NONE) {
        cognito_client_free(made);
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the client of Cognito");
    }
    *client = made;
    return ERROR_NONE;
}

void cognito_client_free(struct cognito_client *client)
{
    if (client != NULL) {
        aws_client_free(client->aws);
        arena_free(client->arena);
        free(client->user_pool_id);
        free(client);
    }
}

static void begin_draft(const struct cognito_client *client, const char *username,
                        struct draft *draft)
{
    buffer_init(&draft->body, client->arena, MAX_BODY);
    json_writer_init(&draft->json, &draft->body);
    json_begin_object(&draft->json);
    json_member_string(&draft->json, "UserPoolId", client->user_pool_id);
    json_member_string(&draft->json, "Username", username);
}

/* *answer is given back with aws_answer_free(); what was made in the arena stays until the caller
 * resets it. */
static enum aws_outcome send(const struct cognito_client *client, const char *operation,
                             struct draft *draft, struct deadline deadline,
                             struct aws_answer *answer, struct error *error)
{
    char target[96];
    snprintf(target, sizeof target, TARGET "%s", operation);
    json_end_object(&draft->json);
    *answer = (struct aws_answer){ .status = 0 };
    if (buffer_failed(&draft->body)) {
        error_set_cause(error, ERROR_INTERNAL, "a call of Cognito is too large");
        return AWS_REFUSED;
    }
    const struct aws_call call = {
        .method = "POST",
        .path = "/",
        .query = "",
        .header_count = 2,
        .headers = { { "Content-Type", CONTENT_TYPE }, { "X-Amz-Target", target } },
        .body = draft->body.bytes,
        .body_length = draft->body.length,
    };
    return aws_client_call_by(client->aws, &call, deadline, answer, error);
}

/* A call whose answer says nothing; `same` is the refusal that means that it is so already. */
static enum aws_outcome tell(const struct cognito_client *client, const char *operation,
                             struct draft *draft, const char *same, struct deadline deadline,
                             struct error *error)
{
    struct aws_answer answer;
    enum aws_outcome outcome = send(client, operation, draft, deadline, &answer, error);
    if (outcome == AWS_REFUSED && same != NULL && strcmp(answer.code, same) == 0) {
        outcome = AWS_DONE;
    }
    aws_answer_free(&answer);
    arena_reset(client->arena);
    return outcome;
}

/* The value of the attribute "sub" in [{"Name": …, "Value": …}]; NULL when there is none. */
static const char *find_sub(const struct json_value *attributes)
{
    for (const struct json_value *each = json_first(attributes); each != NULL;
         each = json_next(each)) {
        const char *name = json_string(json_member(each, "Name"));
        if (name != NULL && strcmp(name, "sub") == 0) {
            return json_string(json_member(each, "Value"));
        }
    }
    return NULL;
}

/* Somebody, as an answer has them. */
struct account {
    char sub[COGNITO_SUB_SIZE];
    bool unconfirmed; /* registered by themselves, with an address that nobody has verified */
};

static bool read_account(const struct cognito_client *client, const struct aws_answer *answer,
                         struct account *account)
{
    struct error ignored = { 0 };
    const struct json_value *value;
    if (json_parse(client->arena, answer->body, answer->length, 0, &value, &ignored) !=
        ERROR_NONE) {
        return false;
    }
    /* Of AdminCreateUser, and of AdminGetUser. */
    const char *found = find_sub(json_member(json_member(value, "User"), "Attributes"));
    if (found == NULL) {
        found = find_sub(json_member(value, "UserAttributes"));
    }
    const char *status = json_string(json_member(value, "UserStatus"));
    account->unconfirmed = status != NULL && strcmp(status, "UNCONFIRMED") == 0;
    return found != NULL && found[0] != '\0' &&
           snprintf(account->sub, sizeof account->sub, "%s", found) < COGNITO_SUB_SIZE;
}

/* Ends a call that answers who somebody is. */
static enum aws_outcome take_account(const struct cognito_client *client, enum aws_outcome outcome,
                                     struct aws_answer *answer, char sub[COGNITO_SUB_SIZE],
                                     struct error *error)
{
    struct account account = { .unconfirmed = false };
    if (outcome == AWS_DONE && !read_account(client, answer, &account)) {
        error_set_cause(error, ERROR_UNAVAILABLE, "Cognito answers 200 without a sub");
        outcome = AWS_TRY_AGAIN;
    } else if (outcome == AWS_DONE && account.unconfirmed) {
        error_set_cause(error, ERROR_INTERNAL,
                        "somebody registered with the address themselves and never confirmed it");
        outcome = AWS_REFUSED;
    }
    if (outcome == AWS_DONE) {
        memcpy(sub, account.sub, sizeof account.sub);
    }
    aws_answer_free(answer);
    arena_reset(client->arena);
    return outcome;
}

static enum aws_outcome look_up(const struct cognito_client *client, const char *username,
                                struct deadline deadline, char sub[COGNITO_SUB_SIZE],
                                struct error *error)
{
    struct draft draft;
    struct aws_answer answer;
    begin_draft(client, username, &draft);
    enum aws_outcome outcome = send(client, "AdminGetUser", &draft, deadline, &answer, error);
    return take_account(client, outcome, &answer, sub, error);
}

static void add_attribute(struct json_writer *json, const char *name, const char *value)
{
    json_begin_object(json);
    json_member_string(json, "Name", name);
    json_member_string(json, "Value", value);
    json_end_object(json);
}

enum aws_outcome cognito_invite(struct cognito_client *client, const char *email, const char *name,
                                struct deadline deadline, char sub[COGNITO_SUB_SIZE],
                                struct error *error)
{
    struct draft draft;
    struct aws_answer answer;
    begin_draft(client, email, &draft);
    json_write_name(&draft.json, "UserAttributes");
    json_begin_array(&draft.json);
    add_attribute(&draft.json, "email", email);
    add_attribute(&draft.json, "email_verified", "true");
    add_attribute(&draft.json, "name", name);
    json_end_array(&draft.json);
    json_write_name(&draft.json, "DesiredDeliveryMediums");
    json_begin_array(&draft.json);
    json_write_string(&draft.json, "EMAIL");
    json_end_array(&draft.json);
    enum aws_outcome outcome = send(client, "AdminCreateUser", &draft, deadline, &answer, error);
    if (outcome == AWS_REFUSED && (strcmp(answer.code, "UsernameExistsException") == 0 ||
                                   strcmp(answer.code, "AliasExistsException") == 0)) {
        aws_answer_free(&answer);
        arena_reset(client->arena);
        return look_up(client, email, deadline, sub, error);
    }
    return take_account(client, outcome, &answer, sub, error);
}

enum aws_outcome cognito_add_to_group(struct cognito_client *client, const char *username,
                                      const char *group, struct deadline deadline,
                                      struct error *error)
{
    struct draft draft;
    begin_draft(client, username, &draft);
    json_member_string(&draft.json, "GroupName", group);
    return tell(client, "AdminAddUserToGroup", &draft, NULL, deadline, error);
}

enum aws_outcome cognito_remove_from_group(struct cognito_client *client, const char *username,
                                           const char *group, struct deadline deadline,
                                           struct error *error)
{
    struct draft draft;
    begin_draft(client, username, &draft);
    json_member_string(&draft.json, "GroupName", group);
    return tell(client, "AdminRemoveUserFromGroup", &draft, "ResourceNotFoundException", deadline,
                error);
}

enum aws_outcome cognito_disable(struct cognito_client *client, const char *username,
                                 struct deadline deadline, struct error *error)
{
    struct draft draft;
    begin_draft(client, username, &draft);
    return tell(client, "AdminDisableUser", &draft, "UserNotFoundException", deadline, error);
}

enum aws_outcome cognito_enable(struct cognito_client *client, const char *username,
                                struct deadline deadline, struct error *error)
{
    struct draft draft;
    begin_draft(client, username, &draft);
    return tell(client, "AdminEnableUser", &draft, NULL, deadline, error);
}
