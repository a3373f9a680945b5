/*
 * cognito_administrator ENDPOINT TIMEOUT_MS USER_POOL_ID - manages people with the programs' own
 * client: for each line on standard input, "invite EMAIL NAME", "join USERNAME GROUP", "leave
 * USERNAME GROUP", "disable USERNAME" or "enable USERNAME", it prints "done SUB" (of an
 * invitation), "try-again CAUSE" or "refused CAUSE". Credentials are found as the programs find
 * them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/aws/cognito.h"

static const char *const words[] = {
    [AWS_DONE] = "done", [AWS_TRY_AGAIN] = "try-again", [AWS_REFUSED] = "refused"
};

static enum aws_outcome carry_out(struct cognito_client *client, char *line,
                                  struct deadline deadline, char sub[COGNITO_SUB_SIZE],
                                  struct error *error)
{
    const char *action = strsep(&line, " ");
    const char *username = strsep(&line, " ");
    if (strcmp(action, "invite") == 0) {
        return cognito_invite(client, username, line, deadline, sub, error);
    }
    if (strcmp(action, "join") == 0) {
        return cognito_add_to_group(client, username, line, deadline, error);
    }
    if (strcmp(action, "leave") == 0) {
        return cognito_remove_from_group(client, username, line, deadline, error);
    }
    return strcmp(action, "disable") == 0 ? cognito_disable(client, username, deadline, error)
                                          : cognito_enable(client, username, deadline, error);
}

int main(int count, char **arguments)
{
    struct error error = { 0 };
    struct cognito_client *client;
    char *line = NULL;
    size_t room = 0;
    if (count != 4) {
        fputs("usage: cognito_administrator ENDPOINT TIMEOUT_MS USER_POOL_ID\n", stderr);
        return EXIT_FAILURE;
    }
    const int timeout_ms = (int)strtol(arguments[2], NULL, 10);
    struct aws_credential_source *credentials = aws_credential_source_new();
    const struct cognito_settings settings = { "us-east-1", arguments[1], arguments[3],
                                               credentials, 1000,         timeout_ms };
    if (credentials == NULL || cognito_client_new(&settings, &client, &error) != ERROR_NONE) {
        return EXIT_FAILURE;
    }
    while (getline(&line, &room, stdin) > 0) {
        char sub[COGNITO_SUB_SIZE] = "";
        line[strcspn(line, "\n")] = '\0';
        error_reset(&error);
        enum aws_outcome outcome =
            carry_out(client, line, deadline_after_ms(timeout_ms), sub, &error);
        printf("%s %s\n", words[outcome], outcome == AWS_DONE ? sub : error.cause);
        fflush(stdout);
    }
    free(line);
    cognito_client_free(client);
    aws_credential_source_free(credentials);
    return EXIT_SUCCESS;
}
