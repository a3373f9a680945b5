/*
 * ssm_reader ENDPOINT CALL_TIMEOUT_MS PATIENCE_MS PATH - reads what is below PATH with the
 * programs' own client, and prints a JSON array of ["name", "value", secure] on one line, or
 * "failed CAUSE". Credentials are found as the programs find them. TERM is blocked, as the notifier
 * has it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "stockpilot/aws/ssm.h"
#include "stockpilot/json/json_write.h"

#define ARENA_LIMIT (16 * 1024 * 1024)
#define TEXT_MAX (8 * 1024 * 1024)

static void print_all(const struct ssm_parameter *parameter, struct arena *arena)
{
    struct buffer text;
    struct json_writer writer;
    buffer_init(&text, arena, TEXT_MAX);
    json_writer_init(&writer, &text);
    json_begin_array(&writer);
    for (; parameter != NULL; parameter = parameter->next) {
        json_begin_array(&writer);
        json_write_string(&writer, parameter->name);
        json_write_string(&writer, parameter->value);
        json_write_boolean(&writer, parameter->secure);
        json_end_array(&writer);
    }
    json_end_array(&writer);
    printf("%.*s\n", (int)text.length, text.bytes);
}

static void block_term(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
}

int main(int count, char **arguments)
{
    block_term();
    struct error error = { 0 };
    struct ssm_client *client;
    struct ssm_parameter *first;
    if (count != 5) {
        fputs("usage: ssm_reader ENDPOINT CALL_TIMEOUT_MS PATIENCE_MS PATH\n", stderr);
        return EXIT_FAILURE;
    }
    struct aws_credential_source *credentials = aws_credential_source_new();
    struct arena *arena = arena_new_private(ARENA_LIMIT);
    const struct ssm_settings settings = { "us-east-1", arguments[1], credentials, 1000,
                                           (int)strtol(arguments[2], NULL, 10) };
    if (credentials == NULL || arena == NULL ||
        ssm_client_new(&settings, &client, &error) != ERROR_NONE) {
        return EXIT_FAILURE;
    }
    struct deadline deadline = deadline_after_ms(strtol(arguments[3], NULL, 10));
    if (ssm_parameters_below(client, arguments[4], deadline, arena, &first, &error) == ERROR_NONE) {
        print_all(first, arena);
    } else {
        printf("failed %s\n", error.cause);
    }
    ssm_client_free(client);
    arena_free(arena);
    aws_credential_source_free(credentials);
    return EXIT_SUCCESS;
}
