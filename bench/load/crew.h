/*
 * crew.h - one thread's clients: kept TLS connections, each with at most one request under way.
 *
 * Closed loop (rate 0): each client sends its next request when the answer to the last one is here.
 * Open loop: requests come by a Poisson process, whether or not the server keeps up; each waits for
 * a free client, and its latency counts from when it was due. So a server that falls behind is seen
 * to do so.
 */
#ifndef STOCKPILOT_BENCH_CREW_H
#define STOCKPILOT_BENCH_CREW_H

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdatomic.h>
#include <stdint.h>

#include "plan.h"
#include "tally.h"

enum token_mode {
    TOKEN_ONE,  /* the same for all */
    TOKEN_OWN,  /* each client has one of its own */
    TOKEN_DRAWN /* another for each request */
};

struct work {
    const struct plan *plan;
    SSL_CTX *tls;
    struct sockaddr_in server;
    enum token_mode token_mode;
    double warm_up_seconds;
    double seconds;
    double rate;           /* requests a second, 0: closed loop */
    atomic_long *requests; /* how many may still be begun; NULL: as many as there is time for */
    atomic_uint_fast64_t *unique;
};

struct crew {
    const struct work *work;
    size_t client_count;
    size_t first_client; /* its number among all of them */
    uint64_t seed;
    struct tally tallies[MAX_KINDS];
    size_t starved; /* clients that got no answer in the measured time, though they had asked */
    size_t reconnects;
    size_t most_waiting; /* in the open loop */
    double measured_seconds;
};

/* A thread's function; its argument is a struct crew. */
void *crew_run(void *crew);

uint64_t now_us(void);

#endif
