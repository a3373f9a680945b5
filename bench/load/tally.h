/* tally.h - what became of the requests of one kind: every latency, every status, every failure. */
#ifndef STOCKPILOT_BENCH_TALLY_H
#define STOCKPILOT_BENCH_TALLY_H

#include <stddef.h>
#include <stdint.h>

#define MAX_STATUS 600

struct tally {
    uint32_t *latencies_us;
    size_t count; /* of latencies: requests begun in the measured time and answered */
    size_t room;
    size_t completed; /* answers that came within the measured time */
    size_t statuses[MAX_STATUS];
    size_t wrong_status;
    size_t closed; /* the connection ended, or what came was no HTTP, instead of an answer */
    size_t timed_out;
    size_t unanswered; /* still without an answer some seconds after the end */
    uint64_t body_bytes;
    char first_failure[320];
};

void tally_add_latency(struct tally *tally, uint64_t latency_us);
void tally_add_status(struct tally *tally, int status, int expected, const char *body,
                      size_t body_length);

/* Adds what another thread has counted. */
void tally_merge(struct tally *into, const struct tally *from);

/* As a JSON object; sorts the latencies. */
void tally_print(struct tally *tally);

#endif
