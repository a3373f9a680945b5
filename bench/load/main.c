/*
 * load - the bench's load generator: many kept TLS connections, the latency and the status of every
 * single request by its kind, and a count of those that nobody answered. Prints a line when the
 * measured time begins, one when it ends, and one of JSON.
 *
 * Why not wrk: that has one histogram for all requests, takes no notice of requests without an
 * answer, and pays for looking at a status with a call into Lua for each response. This one is
 * held against wrk in bench/README.md.
 */
#include <arpa/inet.h>
#include <err.h>
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "crew.h"

#define MAX_THREADS 8

struct options {
    const char *plan_file;
    const char *token_file;
    const char *authority;
    const char *address;
    unsigned short port;
    size_t clients;
    size_t threads;
    long requests;
    uint64_t seed;
    struct work work;
};

static const struct option known[] = {
    { "plan", required_argument, NULL, 'p' },
    { "tokens", required_argument, NULL, 't' },
    { "ca", required_argument, NULL, 'a' },
    { "address", required_argument, NULL, 'A' },
    { "port", required_argument, NULL, 'P' },
    { "clients", required_argument, NULL, 'c' },
    { "threads", required_argument, NULL, 'T' },
    { "seconds", required_argument, NULL, 's' },
    { "warm-up", required_argument, NULL, 'w' },
    { "rate", required_argument, NULL, 'r' },
    { "requests", required_argument, NULL, 'n' },
    { "token", required_argument, NULL, 'm' },
    { "seed", required_argument, NULL, 'S' },
    { NULL, 0, NULL, 0 },
};

static enum token_mode token_mode_from(const char *name)
{
    static const char *const names[] = { "one", "own", "drawn" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0) {
            return (enum token_mode)i;
        }
    }
    errx(2, "--token is one, own or drawn");
}

static void take_option(struct options *options, int option, const char *value)
{
    switch (option) {
    case 'p':
        options->plan_file = value;
        break;
    case 't':
        options->token_file = value;
        break;
    case 'a':
        options->authority = value;
        break;
    case 'A':
        options->address = value;
        break;
    case 'P':
        options->port = (unsigned short)strtoul(value, NULL, 10);
        break;
    case 'c':
        options->clients = strtoul(value, NULL, 10);
        break;
    case 'T':
        options->threads = strtoul(value, NULL, 10);
        break;
    case 's':
        options->work.seconds = strtod(value, NULL);
        break;
    case 'w':
        options->work.warm_up_seconds = strtod(value, NULL);
        break;
    case 'r':
        options->work.rate = strtod(value, NULL);
        break;
    case 'n':
        options->requests = strtol(value, NULL, 10);
        break;
    case 'm':
        options->work.token_mode = token_mode_from(value);
        break;
    case 'S':
        options->seed = strtoull(value, NULL, 10);
        break;
    default:
        exit(2);
    }
}

static void read_options(struct options *options, int argc, char **argv)
{
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        take_option(options, option, optarg);
    }
    if (options->plan_file == NULL || options->token_file == NULL || options->authority == NULL ||
        options->port == 0 || options->clients == 0 || options->threads == 0 ||
        options->threads > MAX_THREADS || options->clients < options->threads ||
        options->work.seconds <= 0) {
        errx(2, "usage: load --plan FILE --tokens FILE --ca FILE --port N --seconds S"
                " [--address A] [--clients N] [--threads N] [--warm-up S] [--rate N] [--requests N]"
                " [--token one|own|drawn] [--seed N]");
    }
    if (options->work.rate > 0 && options->threads > 1) {
        errx(2, "--rate is for one thread");
    }
}

static SSL_CTX *tls_settings(const char *authority)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    if (tls == NULL || SSL_CTX_load_verify_locations(tls, authority, NULL) != 1) {
        errx(1, "cannot read %s", authority);
    }
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_read_ahead(tls, 1); /* a record is one read from the socket, not two */
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);
    return tls;
}

static struct sockaddr_in server_at(const char *address, unsigned short port)
{
    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(port) };
    if (inet_pton(AF_INET, address, &server.sin_addr) != 1) {
        errx(2, "%s is no address", address);
    }
    return server;
}

static double cpu_seconds(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void run(const struct options *options, struct crew *crews)
{
    pthread_t threads[MAX_THREADS];
    size_t given = 0;
    for (size_t i = 0; i < options->threads; i++) {
        size_t share = (options->clients - given) / (options->threads - i);
        crews[i] = (struct crew){ .work = &options->work,
                                  .client_count = share,
                                  .first_client = given,
                                  .seed = options->seed * 7919 + i + 1 };
        given += share;
        if (pthread_create(&threads[i], NULL, crew_run, &crews[i]) != 0) {
            errx(1, "cannot start a thread");
        }
    }
    for (size_t i = 0; i < options->threads; i++) {
        pthread_join(threads[i], NULL);
    }
}

static void print(const struct options *options, struct crew *crews)
{
    struct crew *all = &crews[0];
    const struct plan *plan = options->work.plan;
    for (size_t i = 1; i < options->threads; i++) {
        for (size_t kind = 0; kind < plan->kind_count; kind++) {
            tally_merge(&all->tallies[kind], &crews[i].tallies[kind]);
        }
        all->starved += crews[i].starved;
        all->reconnects += crews[i].reconnects;
    }
    printf("{\"seconds\":%.3f,\"clients\":%zu,\"starved\":%zu,\"reconnects\":%zu,"
           "\"mostWaiting\":%zu,\"cpuSeconds\":%.3f,\"kinds\":{",
           all->measured_seconds, options->clients, all->starved, all->reconnects,
           all->most_waiting, cpu_seconds());
    for (size_t kind = 0; kind < plan->kind_count; kind++) {
        printf("%s\"%s\":", kind > 0 ? "," : "", plan->kinds[kind].name);
        tally_print(&all->tallies[kind]);
    }
    printf("}}\n");
}

int main(int argc, char **argv)
{
    struct options options = { .address = "127.0.0.1",
                               .clients = 1,
                               .threads = 1,
                               .seed = 1,
                               .work = { .token_mode = TOKEN_OWN } };
    read_options(&options, argc, argv);
    struct plan plan = { 0 };
    plan_read(&plan, options.plan_file, options.token_file);
    atomic_long requests = options.requests;
    atomic_uint_fast64_t unique = (uint64_t)time(NULL) << 32;
    options.work.plan = &plan;
    options.work.requests = options.requests > 0 ? &requests : NULL;
    options.work.unique = &unique;
    options.work.tls = tls_settings(options.authority);
    options.work.server = server_at(options.address, options.port);
    struct crew crews[MAX_THREADS];
    run(&options, crews);
    print(&options, crews);
    return 0;
}
