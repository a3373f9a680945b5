/*
 * sigv4_signer - signs requests with the programs' own signer, for the comparison with AWS's SDK.
 * On standard input a request a line, fields between tabs: service, method, path, query, body, then
 * "name:value" for each header. On standard output the value of Authorization for each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/aws/sigv4.h"

#define TIME "20150830T123600Z"
#define FIXED_FIELDS 5
#define MAX_FIELDS (FIXED_FIELDS + SIGV4_MAX_HEADERS)

static const struct aws_credentials credentials = {
    .access_key_id = "AKIDEXAMPLE", .secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
};

static void sign(struct arena *arena, char *line)
{
    const char *fields[MAX_FIELDS];
    struct sigv4_header headers[SIGV4_MAX_HEADERS];
    struct error error = { 0 };
    size_t count = 0;
    char *field;
    while (count < MAX_FIELDS && (field = strsep(&line, "\t")) != NULL) {
        fields[count++] = field;
    }
    size_t header_count = 0;
    for (size_t i = FIXED_FIELDS; i < count; i++) {
        char *colon = strchr(fields[i], ':');
        *colon = '\0';
        headers[header_count++] = (struct sigv4_header){ fields[i], colon + 1 };
    }
    const struct sigv4_request request = { fields[1], fields[2], fields[3],        header_count,
                                           headers,   fields[4], strlen(fields[4]) };
    const struct sigv4_scope scope = { "us-east-1", fields[0], TIME, strcmp(fields[0], "s3") == 0 };
    const char *authorization = error.cause;
    (void)!sigv4_authorization(arena, &request, &scope, &credentials, &authorization, &error);
    puts(authorization);
    arena_reset(arena);
}

int main(void)
{
    struct arena *arena = arena_new(16 * 1024 * 1024);
    char *line = NULL;
    size_t room = 0;
    if (arena == NULL) {
        return EXIT_FAILURE;
    }
    while (getline(&line, &room, stdin) > 0) {
        line[strcspn(line, "\n")] = '\0';
        sign(arena, line);
    }
    free(line);
    arena_free(arena);
    return EXIT_SUCCESS;
}
