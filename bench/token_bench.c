/*
 * token_bench - what a look at a token costs a worker: at first sight (RSA check, keys cached),
 * when it is remembered, and when it is bad. No HTTP, no database; keys come from the running
 * provider.
 *
 *     token_bench ISSUER JWKS-URL CLIENT-ID GOOD-TOKENS BAD-TOKENS
 *
 * Prints JSON: microseconds of CPU time for each check.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stockpilot/auth/jwks_cache.h"
#include "stockpilot/auth/token_verifier.h"
#include "stockpilot/clock/clock.h"

#define REMEMBERED_ROUNDS 500000
#define FEW 64 /* tokens that go round, all of them remembered */
#define CACHE_NAME "/stockpilot-token-bench"

struct tokens {
    char **headers; /* values of Authorization */
    size_t count;
};

static void read_tokens(const char *name, struct tokens *tokens)
{
    FILE *file = fopen(name, "re");
    char *line = NULL;
    size_t room = 0;
    if (file == NULL) {
        err(1, "%s", name);
    }
    while (getline(&line, &room, file) > 1) {
        line[strcspn(line, "\n")] = '\0';
        tokens->headers = realloc(tokens->headers, (tokens->count + 1) * sizeof *tokens->headers);
        if (tokens->headers == NULL ||
            asprintf(&tokens->headers[tokens->count++], "Bearer %s", line) < 0) {
            err(1, "memory");
        }
    }
    free(line);
    fclose(file);
    if (tokens->count < FEW) {
        errx(1, "%s has fewer than %d tokens", name, FEW);
    }
}

static double cpu_us(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec * 1e6 + (double)used.tv_nsec / 1e3;
}

static void check(struct token_verifier *verifier, const char *header, enum error_kind expected)
{
    struct principal *principal = NULL;
    struct error error = { 0 };
    enum error_kind kind = token_verifier_check(verifier, header, clock_wall_seconds(),
                                                deadline_after_ms(5000), &principal, &error);
    if (kind != expected) {
        errx(1, "a check ended with %d instead of %d: %s", kind, expected, error.cause);
    }
}

/* The tokens one after the other, `count` checks in all. */
static double cost(struct token_verifier *verifier, const struct tokens *tokens, size_t different,
                   size_t count, enum error_kind expected)
{
    double began = cpu_us();
    for (size_t i = 0; i < count; i++) {
        check(verifier, tokens->headers[i % different], expected);
    }
    return (cpu_us() - began) / (double)count;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        errx(2, "usage: token_bench ISSUER JWKS-URL CLIENT-ID GOOD-TOKENS BAD-TOKENS");
    }
    struct tokens good = { 0 };
    struct tokens bad = { 0 };
    read_tokens(argv[4], &good);
    read_tokens(argv[5], &bad);
    const struct token_verifier_settings settings = {
        .issuer = argv[1],
        .jwks_url = argv[2],
        .client_ids = argv[3],
        .default_role = ROLE_NONE,
        .cache_name = CACHE_NAME,
        .allow_plain_http = true,
    };
    struct error error = { 0 };
    struct token_verifier *verifier = token_verifier_new(&settings, &error);
    if (verifier == NULL ||
        token_verifier_ready(verifier, deadline_after_ms(5000), &error) != ERROR_NONE) {
        errx(1, "no verifier: %s", error.cause);
    }
    double first = cost(verifier, &good, good.count, good.count, ERROR_NONE);
    double refused = cost(verifier, &bad, bad.count, bad.count, ERROR_INVALID_TOKEN);
    check(verifier, good.headers[0], ERROR_NONE);
    double one = cost(verifier, &good, 1, REMEMBERED_ROUNDS, ERROR_NONE);
    (void)cost(verifier, &good, FEW, FEW, ERROR_NONE);
    double few = cost(verifier, &good, FEW, REMEMBERED_ROUNDS, ERROR_NONE);
    printf("{\"first\":%.2f,\"remembered\":%.3f,\"rememberedFew\":%.3f,\"bad\":%.2f,"
           "\"firstCount\":%zu,\"badCount\":%zu}\n",
           first, one, few, refused, good.count, bad.count);
    token_verifier_free(verifier);
    jwks_cache_remove(CACHE_NAME);
    return 0;
}
