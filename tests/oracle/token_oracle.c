/*
 * token_oracle ISSUER CLIENT_IDS LEEWAY_SECONDS JWKS_FILE
 *
 * What our verifier says of tokens, for comparing it with others. Reads lines "now<TAB>token",
 * answers each with "accept<TAB>sub<TAB>role" or "reject<TAB>reason".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stockpilot/auth/jwks_cache.h"
#include "stockpilot/auth/token_verifier.h"
#include "stockpilot/log/log.h"

static struct jwks keys;

static enum error_kind give_keys(void *context, struct deadline deadline, struct jwks *given,
                                 struct error *error)
{
    (void)context;
    (void)deadline;
    (void)error;
    *given = keys;
    return ERROR_NONE;
}

static _Noreturn void give_up(const char *what, const char *why)
{
    fprintf(stderr, "token_oracle: %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static void read_keys(const char *path)
{
    static char text[JWKS_MAX_BYTES + 1];
    struct error error;
    error_reset(&error);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        give_up(path, "cannot be opened");
    }
    size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    if (jwks_parse(text, length, &keys, &error) != ERROR_NONE) {
        give_up(path, error.cause);
    }
}

static struct token_verifier *open_verifier(char **arguments)
{
    char name[64];
    snprintf(name, sizeof name, "/stockpilot-oracle-%ld", (long)getpid());
    const struct token_verifier_settings settings = {
        .issuer = arguments[1],
        .jwks_url = "https://unused.example/",
        .client_ids = arguments[2],
        .leeway_seconds = (int)strtol(arguments[3], NULL, 10),
        .default_role = ROLE_VIEWER,
        .cache_name = name,
    };
    const struct jwks_source source = { give_keys, NULL, clock_monotonic_ms };
    struct error error;
    error_reset(&error);
    struct token_verifier *verifier = token_verifier_new_from(&settings, &source, &error);
    jwks_cache_remove(name); /* what is mapped stays */
    if (verifier == NULL) {
        give_up("verifier", error.cause);
    }
    return verifier;
}

static void answer(struct token_verifier *verifier, const char *token, int64_t now)
{
    struct principal *principal;
    struct error error;
    char *authorization = NULL;
    error_reset(&error);
    if (asprintf(&authorization, "Bearer %s", token) < 0) {
        give_up("memory", "none left");
    }
    if (token_verifier_check(verifier, authorization, now, deadline_after_ms(1000), &principal,
                             &error) == ERROR_NONE) {
        printf("accept\t%s\t%s\n", principal->subject, role_name(principal->role));
    } else {
        printf("reject\t%s\n", error.cause);
    }
    free(authorization);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        give_up("usage", "token_oracle ISSUER CLIENT_IDS LEEWAY_SECONDS JWKS_FILE");
    }
    log_set_level(LOG_LEVEL_ERROR);
    read_keys(argv[4]);
    struct token_verifier *verifier = open_verifier(argv);
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    while ((length = getline(&line, &size, stdin)) > 0) {
        char *tab = strchr(line, '\t');
        if (tab == NULL || line[length - 1] != '\n') {
            give_up("input", "not a line of now, tab and token");
        }
        line[length - 1] = '\0';
        answer(verifier, tab + 1, strtoll(line, NULL, 10));
    }
    free(line);
    token_verifier_free(verifier);
    return EXIT_SUCCESS;
}
