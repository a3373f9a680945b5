#include "stockpilot/aws/ssm.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "stockpilot/json/json_read.h"
#include "stockpilot/json/json_write.h"

#define TARGET "AmazonSSM.GetParametersByPath"
#define CONTENT_TYPE "application/x-amz-json-1.1"

/* As many as there may be. */
#define PAGE_SIZE 10

/* Ten values of 8 kB, every character of them escaped. */
#define MAX_ANSWER (1024 * 1024)
#define MAX_REQUEST (16 * 1024)
#define ARENA_LIMIT (8 * 1024 * 1024)

#define FIRST_PAUSE_MS 200
#define LONGEST_PAUSE_MS 4000
#define PAUSE_STEP_MS 50

struct ssm_client {
    struct aws_client *aws;
    struct arena *arena; /* of one reading, beside what is handed out */
    int call_timeout_ms;
};

/* One reading. */
struct reading {
    struct ssm_client *client;
    const char *path;
    struct deadline deadline;
    struct arena *arena; /* the caller's */
    struct ssm_parameter *first;
    struct ssm_parameter **last;       /* where the next one goes */
    const char *tokens[SSM_MAX_PAGES]; /* of the pages behind the first */
    size_t token_count;
};

static bool was_told_to_end(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1);
}

enum error_kind ssm_client_new(const struct ssm_settings *settings, struct ssm_client **client,
                               struct error *error)
{
    const struct aws_client_settings aws = {
        .name = "SSM",
        .service = "ssm",
        .region = settings->region,
        .endpoint = settings->endpoint,
        .credentials = settings->credentials,
        .connect_timeout_ms = settings->connect_timeout_ms,
        .total_timeout_ms = settings->call_timeout_ms,
        .maximum_answer = MAX_ANSWER,
        .is_unwanted = was_told_to_end,
    };
    struct ssm_client *made = calloc(1, sizeof *made);
    if (made == NULL || (made->arena = arena_new(ARENA_LIMIT)) == NULL ||
        aws_client_new(&aws, &made->aws, error) != ERROR_NONE) {
        ssm_client_free(made);
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the SSM client");
    }
    made->call_timeout_ms = settings->call_timeout_ms;
    *client = made;
    return ERROR_NONE;
}

void ssm_client_free(struct ssm_client *client)
{
    if (client != NULL) {
        aws_client_free(client->aws);
        arena_free(client->arena);
        free(client);
    }
}

static enum error_kind no_memory(struct error *error)
{
    return error_set_cause(error, ERROR_INTERNAL, "no memory for the parameters");
}

/* What an answer lacks that is 200 all the same. */
static enum error_kind bad_answer(struct error *error, const char *what)
{
    return error_set_cause(error, ERROR_UNAVAILABLE, "SSM answers 200 %s", what);
}

/* false: there is no time for another try. Drawn evenly from nothing to the bound: many hosts that
 * were throttled together do not come back together. */
static bool pause_before_try(const struct reading *reading, int failures)
{
    uint32_t drawn = 0;
    int64_t bound_ms = FIRST_PAUSE_MS;
    for (int i = 1; i < failures && bound_ms < LONGEST_PAUSE_MS; i++) {
        bound_ms *= 2;
    }
    bound_ms = bound_ms < LONGEST_PAUSE_MS ? bound_ms : LONGEST_PAUSE_MS;
    if (getrandom(&drawn, sizeof drawn, GRND_NONBLOCK) != (ssize_t)sizeof drawn) {
        drawn = (uint32_t)bound_ms; /* at the boot of a machine: the whole of it */
    }
    struct deadline until = deadline_after_ms((int64_t)drawn % (bound_ms + 1));
    while (!deadline_passed(until)) {
        if (deadline_passed(reading->deadline) || was_told_to_end()) {
            return false;
        }
        int left_ms = deadline_left_ms(until);
        const struct timespec step = {
            .tv_nsec = (left_ms < PAUSE_STEP_MS ? left_ms : PAUSE_STEP_MS) * 1000000L
        };
        nanosleep(&step, NULL);
    }
    return !deadline_passed(reading->deadline) && !was_told_to_end();
}

/* One page, tried as long as there is time. `answer` is the caller's to free, also of a failure. */
static enum error_kind call(const struct reading *reading, const struct buffer *request,
                            struct aws_answer *answer, struct error *error)
{
    struct ssm_client *client = reading->client;
    const struct aws_call post = { .method = "POST",
                                   .path = "/",
                                   .query = "",
                                   .header_count = 2,
                                   .headers = { { "Content-Type", CONTENT_TYPE },
                                                { "X-Amz-Target", TARGET } },
                                   .body = request->bytes,
                                   .body_length = request->length };
    for (int failures = 1;; failures++) {
        struct deadline deadline =
            deadline_earlier(reading->deadline, deadline_after_ms(client->call_timeout_ms));
        switch (aws_client_call_by(client->aws, &post, deadline, answer, error)) {
        case AWS_DONE:
            return ERROR_NONE;
        case AWS_REFUSED:
            return error->kind;
        case AWS_TRY_AGAIN:
            break;
        }
        if (!pause_before_try(reading, failures)) {
            return error->kind;
        }
        aws_answer_free(answer);
    }
}

static void write_request(const struct reading *reading, const char *token, struct buffer *request)
{
    struct json_writer writer;
    buffer_init(request, reading->client->arena, MAX_REQUEST);
    json_writer_init(&writer, request);
    json_begin_object(&writer);
    json_member_string(&writer, "Path", reading->path);
    json_member_boolean(&writer, "Recursive", true);
    json_member_boolean(&writer, "WithDecryption", true);
    json_member_integer(&writer, "MaxResults", PAGE_SIZE);
    if (token != NULL) {
        json_member_string(&writer, "NextToken", token);
    }
    json_end_object(&writer);
}

static enum error_kind take_parameter(struct reading *reading, const struct json_value *item,
                                      struct error *error)
{
    const char *name = json_string(json_member(item, "Name"));
    const char *type = json_string(json_member(item, "Type"));
    const char *value = json_string(json_member(item, "Value"));
    if (name == NULL || type == NULL || value == NULL) {
        return bad_answer(error, "with a parameter that lacks name, type or value");
    }
    struct ssm_parameter *made = arena_alloc(reading->arena, sizeof *made);
    if (made == NULL || (made->name = arena_copy(reading->arena, name, strlen(name))) == NULL ||
        (made->value = arena_copy(reading->arena, value, strlen(value))) == NULL) {
        return no_memory(error);
    }
    made->secure = strcmp(type, "SecureString") == 0;
    *reading->last = made;
    reading->last = &made->next;
    return ERROR_NONE;
}

static enum error_kind take_all(struct reading *reading, const struct json_value *parameters,
                                struct error *error)
{
    enum error_kind kind = ERROR_NONE;
    if (!json_is_array(parameters)) {
        return bad_answer(error, "without a list of parameters");
    }
    for (const struct json_value *item = json_first(parameters); item != NULL;
         item = json_next(item)) {
        kind = kind == ERROR_NONE ? take_parameter(reading, item, error) : kind;
        json_wipe(json_member(item, "Value"));
    }
    return kind;
}

/* *token: of the next page; NULL when this was the last. A page may be empty and not be the last.
 */
static enum error_kind take_token(struct reading *reading, const struct json_value *member,
                                  const char **token, struct error *error)
{
    const char *text = json_string(member);
    *token = NULL;
    if (text == NULL || text[0] == '\0') {
        return ERROR_NONE;
    }
    for (size_t i = 0; i < reading->token_count; i++) {
        if (strcmp(reading->tokens[i], text) == 0) {
            return bad_answer(error, "with a page that has been there already");
        }
    }
    if (reading->token_count + 1 == SSM_MAX_PAGES) {
        return bad_answer(error, "with more pages than there can be");
    }
    *token = arena_copy(reading->client->arena, text, strlen(text));
    if (*token == NULL) {
        return no_memory(error);
    }
    reading->tokens[reading->token_count++] = *token;
    return ERROR_NONE;
}

static enum error_kind take_page(struct reading *reading, const struct aws_answer *answer,
                                 const char **token, struct error *error)
{
    const struct json_value *page;
    struct arena *arena = arena_new(ARENA_LIMIT); /* of the JSON, given up before the next page */
    if (arena == NULL) {
        return no_memory(error);
    }
    enum error_kind kind = json_parse(arena, answer->body, answer->length, 0, &page, error);
    if (kind == ERROR_MALFORMED || (kind == ERROR_NONE && !json_is_object(page))) {
        kind = bad_answer(error, "with what is no JSON object");
    } else if (kind == ERROR_NONE) {
        kind = take_all(reading, json_member(page, "Parameters"), error);
    }
    if (kind == ERROR_NONE) {
        kind = take_token(reading, json_member(page, "NextToken"), token, error);
    }
    arena_free(arena);
    return kind;
}

static enum error_kind read_page(struct reading *reading, const char **token, struct error *error)
{
    struct buffer request;
    struct aws_answer answer = { .status = 0 };
    write_request(reading, *token, &request);
    if (buffer_failed(&request)) {
        return no_memory(error);
    }
    enum error_kind kind = call(reading, &request, &answer, error);
    if (kind == ERROR_NONE) {
        kind = take_page(reading, &answer, token, error);
    }
    aws_answer_free(&answer);
    return kind;
}

enum error_kind ssm_parameters_below(struct ssm_client *client, const char *path,
                                     struct deadline deadline, struct arena *arena,
                                     struct ssm_parameter **first, struct error *error)
{
    const char *token = NULL;
    struct reading reading = {
        .client = client, .path = path, .deadline = deadline, .arena = arena
    };
    reading.last = &reading.first;
    enum error_kind kind = read_page(&reading, &token, error);
    while (kind == ERROR_NONE && token != NULL) {
        kind = read_page(&reading, &token, error);
    }
    arena_reset(client->arena);
    if (kind == ERROR_NONE) {
        *first = reading.first;
    }
    return kind;
}
