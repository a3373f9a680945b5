/*
 * credential_finder - finds AWS credentials as the programs do, once for each line "get MS" on
 * standard input, with so many milliseconds left, and prints "found ID SECRET TOKEN EXPIRY" ("-"
 * without a token) or "none CAUSE". The line "distrust" says that AWS has refused them, and prints
 * "distrusted".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/aws/credentials.h"

static void get(struct aws_credential_source *source, long milliseconds)
{
    struct error error = { 0 };
    const struct aws_credentials *found;
    if (aws_credentials_get_by(source, deadline_after_ms(milliseconds), &found, &error) ==
        ERROR_NONE) {
        printf("found %s %s %s %" PRId64 "\n", found->access_key_id, found->secret_access_key,
               found->session_token[0] != '\0' ? found->session_token : "-", found->expires_at);
    } else {
        printf("none %s\n", error.cause);
    }
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    struct aws_credential_source *source = aws_credential_source_new();
    if (source == NULL) {
        return EXIT_FAILURE;
    }
    while (getline(&line, &room, stdin) > 0) {
        if (strcmp(line, "distrust\n") == 0) {
            aws_credentials_distrust(source);
            puts("distrusted");
        } else {
            get(source, strtol(line + strlen("get "), NULL, 10));
        }
        fflush(stdout);
    }
    free(line);
    aws_credential_source_free(source);
    return EXIT_SUCCESS;
}
