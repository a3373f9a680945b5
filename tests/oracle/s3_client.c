/*
 * s3_client ENDPOINT BUCKET TIMEOUT_MS - carries out the lines on its standard input with the
 * programs' own client, and prints "done …", "try-again CAUSE" or "refused CAUSE" for each:
 *
 *     put KEY CONTENT_TYPE CACHE_CONTROL FILE     done
 *     delete KEY                                  done
 *     read KEY                                    done absent, or done SIZE LENGTH FIRST_BYTES
 *     form KEY CONTENT_TYPE CACHE_CONTROL MINIMUM MAXIMUM NOW EXPIRES_AT
 *                                                 done EXPIRES_AT {"field": "value", …}
 *
 * Words are separated by tabs. Credentials are found as the programs find them; of a form they end
 * at EXPIRES_AT (0: never).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/aws/s3.h"
#include "stockpilot/json/json_write.h"

#define MAX_WORDS 8
#define MAX_FORM (64 * 1024)

struct tool {
    struct s3_client *client;
    struct aws_credential_source *credentials;
    const char *bucket;
    int timeout_ms;
};

static const char *const outcomes[] = {
    [AWS_DONE] = "done", [AWS_TRY_AGAIN] = "try-again", [AWS_REFUSED] = "refused"
};

static void tell(enum aws_outcome outcome, const char *result, const struct error *error)
{
    printf("%s %s\n", outcomes[outcome], outcome == AWS_DONE ? result : error->cause);
    fflush(stdout);
}

static char *read_file(const char *name, size_t *length)
{
    FILE *file = fopen(name, "re");
    char *bytes = malloc(8 << 20);
    *length = file != NULL && bytes != NULL ? fread(bytes, 1, 8 << 20, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    return bytes;
}

static void put(const struct tool *tool, char *const *words)
{
    struct error error = { 0 };
    size_t length;
    char *bytes = read_file(words[4], &length);
    const struct s3_object object = { words[1], words[2], words[3], bytes, length };
    tell(s3_put(tool->client, &object, deadline_after_ms(tool->timeout_ms), &error), "", &error);
    free(bytes);
}

static void delete_object(const struct tool *tool, char *const *words)
{
    struct error error = { 0 };
    tell(s3_delete(tool->client, words[1], deadline_after_ms(tool->timeout_ms), &error), "",
         &error);
}

static void read_object(const struct tool *tool, char *const *words)
{
    struct error error = { 0 };
    struct s3_beginning beginning;
    char text[128] = "absent";
    enum aws_outcome outcome = s3_read_beginning(
        tool->client, words[1], deadline_after_ms(tool->timeout_ms), &beginning, &error);
    if (outcome == AWS_DONE && beginning.found) {
        snprintf(text, sizeof text, "%" PRId64 " %zu %.*s", beginning.size, beginning.length,
                 beginning.length < 16 ? (int)beginning.length : 16,
                 beginning.bytes != NULL ? beginning.bytes : "");
    }
    tell(outcome, text, &error);
    free(beginning.bytes);
}

static void write_form(const struct s3_post_form *form, struct arena *arena)
{
    struct buffer text;
    struct json_writer json;
    buffer_init(&text, arena, MAX_FORM);
    json_writer_init(&json, &text);
    json_begin_object(&json);
    for (size_t i = 0; i < form->field_count; i++) {
        json_member_string(&json, form->fields[i].name, form->fields[i].value);
    }
    json_end_object(&json);
    printf("done %" PRId64 " %.*s\n", form->expires_at, (int)text.length, text.bytes);
    fflush(stdout);
}

static void sign_form(const struct tool *tool, char *const *words)
{
    struct error error = { 0 };
    const struct aws_credentials *found;
    struct s3_post_form form;
    struct arena *arena = arena_new(1 << 20);
    if (arena == NULL || aws_credentials_get(tool->credentials, &found, &error) != ERROR_NONE) {
        exit(EXIT_FAILURE);
    }
    struct aws_credentials credentials = *found;
    credentials.expires_at = strtoll(words[7], NULL, 10);
    const struct s3_post_upload upload = { .bucket = tool->bucket,
                                           .region = "us-east-1",
                                           .key = words[1],
                                           .content_type = words[2],
                                           .cache_control = words[3],
                                           .minimum_bytes = strtoll(words[4], NULL, 10),
                                           .maximum_bytes = strtoll(words[5], NULL, 10),
                                           .now = strtoll(words[6], NULL, 10) };
    if (s3_post_policy_sign(arena, &upload, &credentials, &form, &error) == ERROR_NONE) {
        write_form(&form, arena);
    } else {
        tell(error.kind == ERROR_UNAVAILABLE && error.retry_after_seconds > 0 ? AWS_TRY_AGAIN
                                                                              : AWS_REFUSED,
             "", &error);
    }
    arena_free(arena);
}

static void carry_out(const struct tool *tool, char *line)
{
    static const struct {
        const char *name;
        size_t words;
        void (*run)(const struct tool *tool, char *const *words);
    } commands[] = { { "put", 5, put },
                     { "delete", 2, delete_object },
                     { "read", 2, read_object },
                     { "form", 8, sign_form } };
    char *words[MAX_WORDS] = { NULL };
    size_t count = 0;
    for (char *word; count < MAX_WORDS && (word = strsep(&line, "\t")) != NULL; count++) {
        words[count] = word;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i].name, words[0]) == 0 && commands[i].words == count) {
            commands[i].run(tool, words);
            return;
        }
    }
    exit(EXIT_FAILURE);
}

int main(int count, char **arguments)
{
    struct error error = { 0 };
    char *line = NULL;
    size_t room = 0;
    if (count != 4) {
        fputs("usage: s3_client ENDPOINT BUCKET TIMEOUT_MS\n", stderr);
        return EXIT_FAILURE;
    }
    struct tool tool = { .credentials = aws_credential_source_new(),
                         .bucket = arguments[2],
                         .timeout_ms = (int)strtol(arguments[3], NULL, 10) };
    const struct s3_settings settings = { "us-east-1", arguments[2], arguments[1], tool.credentials,
                                          1000 };
    if (tool.credentials == NULL || s3_client_new(&settings, &tool.client, &error) != ERROR_NONE) {
        return EXIT_FAILURE;
    }
    while (getline(&line, &room, stdin) > 0) {
        line[strcspn(line, "\n")] = '\0';
        carry_out(&tool, line);
    }
    free(line);
    s3_client_free(tool.client);
    aws_credential_source_free(tool.credentials);
    return EXIT_SUCCESS;
}
