/*
 * plan.h - what is to be sent: kinds of requests, how often each comes, and the tokens.
 *
 * A plan is text, a line each:
 *
 *     kind NAME WEIGHT STATUS          what follows belongs to it; STATUS is the answer it must get
 *     request METHOD PATH [BODY]       one of its requests; each has the same chance
 *
 * A POST with a body has an Idempotency-Key that never comes twice.
 * In a body @unique@ becomes 16 hexadecimal digits that never come twice, and @digits@ four digits.
 */
#ifndef STOCKPILOT_BENCH_PLAN_H
#define STOCKPILOT_BENCH_PLAN_H

#include <stddef.h>
#include <stdint.h>

#define MAX_KINDS 16

struct request {
    char *head; /* request line and headers, up to the token */
    size_t head_length;
    char *tail; /* what comes after the token, body included */
    size_t tail_length;
};

struct kind {
    char name[32];
    unsigned weight;
    int status;
    struct request *requests;
    size_t request_count;
};

struct plan {
    struct kind kinds[MAX_KINDS];
    size_t kind_count;
    unsigned total_weight;
    char **tokens;
    size_t *token_lengths;
    size_t token_count;
    size_t largest; /* bytes of the longest request there can be */
};

/* Ends the program with a message when a file is not what it should be. */
void plan_read(struct plan *plan, const char *plan_file, const char *token_file);

/* A cheap generator of random numbers; state is any number but 0. */
uint64_t plan_random(uint64_t *state);

size_t plan_draw_kind(const struct plan *plan, uint64_t *random);

/* Writes a request of the kind to `out`, which has room for plan->largest, and returns its length.
 */
size_t plan_compose(const struct plan *plan, size_t kind, size_t token, uint64_t unique,
                    uint64_t *random, char *out);

#endif
