#include "crew.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "response.h"

#define REQUEST_TIMEOUT_US (10 * UINT64_C(1000000))
#define CONNECT_TIMEOUT_US (10 * UINT64_C(1000000))
#define GRACE_US (5 * UINT64_C(1000000)) /* for what is under way at the end */
#define EVENTS 256
#define NOBODY SIZE_MAX

enum client_state { CLIENT_GREETING, CLIENT_IDLE, CLIENT_SENDING, CLIENT_RECEIVING };

struct client {
    enum client_state state;
    int descriptor;
    SSL *tls;
    size_t token;
    size_t kind;
    uint64_t began_us;
    bool counted; /* begun in the measured time */
    bool asked;   /* since the measured time began */
    bool served;
    size_t length; /* of the request */
    size_t sent;
    char *request;
    struct response response;
};

struct waiting {
    uint64_t due_us;
    size_t kind;
};

/* What one run needs beyond the crew. */
struct shift {
    struct crew *crew;
    struct client *clients;
    int events;
    int timer;
    uint64_t random;
    uint64_t begin_us; /* of the measured time */
    uint64_t end_us;
    bool over;
    size_t under_way;
    /* The open loop's clients without work, and work without clients. */
    size_t *idle;
    size_t idle_count;
    struct waiting *queue;
    size_t queue_begin, queue_end, queue_room;
    double next_due_us;
};

uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void client_connect(struct shift *shift, struct client *client)
{
    const struct work *work = shift->crew->work;
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int yes = 1;
    if (descriptor < 0 || setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) != 0 ||
        (connect(descriptor, (const struct sockaddr *)&work->server, sizeof work->server) != 0 &&
         errno != EINPROGRESS)) {
        err(1, "cannot connect");
    }
    client->descriptor = descriptor;
    client->tls = SSL_new(work->tls);
    if (client->tls == NULL || SSL_set_fd(client->tls, descriptor) != 1) {
        errx(1, "cannot make a TLS connection");
    }
    SSL_set_connect_state(client->tls);
    client->state = CLIENT_GREETING;
    client->began_us = now_us();
    struct epoll_event wanted = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                                  .data.u64 = (uint64_t)(client - shift->clients) };
    if (epoll_ctl(shift->events, EPOLL_CTL_ADD, descriptor, &wanted) != 0) {
        err(1, "epoll");
    }
}

static void client_reconnect(struct shift *shift, struct client *client)
{
    SSL_free(client->tls);
    close(client->descriptor);
    shift->crew->reconnects++;
    client_connect(shift, client);
}

static bool measuring(const struct shift *shift, uint64_t now)
{
    return shift->begin_us != 0 && now >= shift->begin_us && !shift->over;
}

static void client_send(struct shift *shift, struct client *client);

static void client_begin(struct shift *shift, struct client *client, size_t kind, uint64_t due_us)
{
    const struct work *work = shift->crew->work;
    size_t token = client->token;
    if (work->token_mode == TOKEN_DRAWN) {
        token = (size_t)(plan_random(&shift->random) >> 32) % work->plan->token_count;
    }
    client->kind = kind;
    client->began_us = due_us;
    client->counted = measuring(shift, due_us);
    client->asked = client->asked || client->counted;
    client->length = plan_compose(work->plan, kind, token, atomic_fetch_add(work->unique, 1),
                                  &shift->random, client->request);
    client->sent = 0;
    client->state = CLIENT_SENDING;
    shift->under_way++;
    response_begin(&client->response);
    client_send(shift, client);
}

static bool may_begin(struct shift *shift)
{
    atomic_long *left = shift->crew->work->requests;
    return !shift->over && (left == NULL || atomic_fetch_sub(left, 1) > 0);
}

/* The client has nothing to do: it takes the next request there is. */
static void client_next(struct shift *shift, struct client *client)
{
    client->state = CLIENT_IDLE;
    if (shift->begin_us == 0 || shift->over) {
        return; /* not all are connected yet, or all is done */
    }
    if (shift->crew->work->rate > 0) {
        if (shift->queue_begin < shift->queue_end) {
            struct waiting next = shift->queue[shift->queue_begin++];
            client_begin(shift, client, next.kind, next.due_us);
        } else {
            shift->idle[shift->idle_count++] = (size_t)(client - shift->clients);
        }
    } else if (may_begin(shift)) {
        client_begin(shift, client, plan_draw_kind(shift->crew->work->plan, &shift->random),
                     now_us());
    }
}

static void client_answered(struct shift *shift, struct client *client)
{
    const struct kind *kind = &shift->crew->work->plan->kinds[client->kind];
    struct tally *tally = &shift->crew->tallies[client->kind];
    const struct response *response = &client->response;
    uint64_t now = now_us();
    shift->under_way--;
    if (client->counted) {
        tally_add_latency(tally, now - client->began_us);
        tally_add_status(tally, response->status, kind->status, response->begin,
                         response->begin_length);
        tally->body_bytes += response->body_length;
    }
    if (now >= shift->begin_us && now < shift->end_us) {
        tally->completed++;
        client->served = true;
    }
    if (response->closes) {
        client_reconnect(shift, client);
    } else {
        client_next(shift, client);
    }
}

/* The connection ended where an answer was due, or while nobody asked anything. */
static void client_lost(struct shift *shift, struct client *client)
{
    if (client->state == CLIENT_GREETING) {
        errx(1, "the server refuses TLS connections");
    }
    if (client->state != CLIENT_IDLE) {
        shift->under_way--;
        shift->crew->tallies[client->kind].closed += client->counted;
    }
    client_reconnect(shift, client);
}

static bool would_block(const SSL *tls, int outcome)
{
    int reason = SSL_get_error(tls, outcome);
    return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE;
}

static void client_receive(struct shift *shift, struct client *client)
{
    static __thread char bytes[32768];
    while (client->response.state < RESPONSE_DONE) {
        int got = SSL_read(client->tls, bytes, sizeof bytes);
        if (got <= 0) {
            if (!would_block(client->tls, got)) {
                client_lost(shift, client);
            }
            return;
        }
        response_take(&client->response, bytes, (size_t)got);
    }
    if (client->response.state == RESPONSE_BAD) {
        client_lost(shift, client);
    } else {
        client_answered(shift, client);
    }
}

static void client_send(struct shift *shift, struct client *client)
{
    while (client->sent < client->length) {
        int put = SSL_write(client->tls, client->request + client->sent,
                            (int)(client->length - client->sent));
        if (put <= 0) {
            if (!would_block(client->tls, put)) {
                client_lost(shift, client);
            }
            return;
        }
        client->sent += (size_t)put;
    }
    client->state = CLIENT_RECEIVING;
}

static void client_greet(struct shift *shift, struct client *client)
{
    int outcome = SSL_do_handshake(client->tls);
    if (outcome == 1) {
        client_next(shift, client);
    } else if (!would_block(client->tls, outcome)) {
        client_lost(shift, client);
    }
}

static void client_event(struct shift *shift, struct client *client)
{
    switch (client->state) {
    case CLIENT_GREETING:
        client_greet(shift, client);
        break;
    case CLIENT_SENDING:
        client_send(shift, client);
        break;
    case CLIENT_RECEIVING:
        client_receive(shift, client);
        break;
    case CLIENT_IDLE: {
        /* A session ticket, or the end of the connection. */
        char byte;
        int got = SSL_read(client->tls, &byte, 1);
        if (got > 0 || !would_block(client->tls, got)) {
            if (shift->crew->work->rate == 0) {
                client_lost(shift, client);
            }
        }
        break;
    }
    }
}

static void queue_add(struct shift *shift, struct waiting waiting)
{
    if (shift->queue_end == shift->queue_room) {
        shift->queue_room = shift->queue_room == 0 ? 4096 : 2 * shift->queue_room;
        shift->queue = realloc(shift->queue, shift->queue_room * sizeof *shift->queue);
        if (shift->queue == NULL) {
            err(1, "memory");
        }
    }
    shift->queue[shift->queue_end++] = waiting;
    size_t waits = shift->queue_end - shift->queue_begin;
    if (waits > shift->crew->most_waiting) {
        shift->crew->most_waiting = waits;
    }
}

static void set_timer(const struct shift *shift)
{
    struct itimerspec when = {
        .it_value = { .tv_sec = (time_t)(shift->next_due_us / 1e6),
                      .tv_nsec = (long)fmod(shift->next_due_us, 1e6) * 1000 + 1 },
    };
    if (timerfd_settime(shift->timer, TFD_TIMER_ABSTIME, &when, NULL) != 0) {
        err(1, "timer");
    }
}

/* Open loop: begins or queues whatever has become due. */
static void begin_due(struct shift *shift)
{
    const struct work *work = shift->crew->work;
    uint64_t now = now_us();
    while (!shift->over && shift->next_due_us <= (double)now) {
        uint64_t due = (uint64_t)shift->next_due_us;
        size_t kind = plan_draw_kind(work->plan, &shift->random);
        if (shift->idle_count > 0) {
            size_t index = shift->idle[--shift->idle_count];
            client_begin(shift, &shift->clients[index], kind, due);
        } else {
            queue_add(shift, (struct waiting){ due, kind });
        }
        double uniform = ((double)(plan_random(&shift->random) >> 11) + 1) / 9007199254740993.0;
        shift->next_due_us += -log(uniform) * 1e6 / work->rate;
    }
    set_timer(shift);
}

static void wait_and_serve(struct shift *shift)
{
    struct epoll_event happened[EVENTS];
    int count = epoll_wait(shift->events, happened, EVENTS, 50);
    for (int i = 0; i < count; i++) {
        size_t index = (size_t)happened[i].data.u64;
        if (index == NOBODY) {
            uint64_t expirations;
            (void)!read(shift->timer, &expirations, sizeof expirations);
        } else {
            client_event(shift, &shift->clients[index]);
        }
    }
    if (shift->crew->work->rate > 0 && shift->begin_us != 0) {
        begin_due(shift);
    }
}

static void drop_overdue(struct shift *shift)
{
    uint64_t now = now_us();
    for (size_t i = 0; i < shift->crew->client_count; i++) {
        struct client *client = &shift->clients[i];
        if (client->state == CLIENT_GREETING && now - client->began_us > CONNECT_TIMEOUT_US) {
            errx(1, "a TLS connection takes longer than 10 s");
        }
        if (client->state >= CLIENT_SENDING && now - client->began_us > REQUEST_TIMEOUT_US) {
            shift->crew->tallies[client->kind].timed_out += client->counted;
            shift->under_way--;
            client_reconnect(shift, client);
        }
    }
}

static size_t still_greeting(const struct shift *shift)
{
    size_t count = 0;
    for (size_t i = 0; i < shift->crew->client_count; i++) {
        count += shift->clients[i].state == CLIENT_GREETING;
    }
    return count;
}

static void prepare(struct shift *shift)
{
    struct crew *crew = shift->crew;
    const struct plan *plan = crew->work->plan;
    shift->random = crew->seed;
    shift->events = epoll_create1(EPOLL_CLOEXEC);
    shift->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    struct epoll_event tick = { .events = EPOLLIN, .data.u64 = NOBODY };
    shift->clients = calloc(crew->client_count, sizeof *shift->clients);
    shift->idle = calloc(crew->client_count, sizeof *shift->idle);
    if (shift->events < 0 || shift->timer < 0 || shift->clients == NULL || shift->idle == NULL ||
        epoll_ctl(shift->events, EPOLL_CTL_ADD, shift->timer, &tick) != 0) {
        err(1, "cannot begin");
    }
    for (size_t i = 0; i < crew->client_count; i++) {
        struct client *client = &shift->clients[i];
        client->request = malloc(plan->largest);
        if (client->request == NULL) {
            err(1, "memory");
        }
        if (crew->work->token_mode == TOKEN_OWN) {
            client->token = (crew->first_client + i) % plan->token_count;
        }
        client_connect(shift, client);
    }
    while (still_greeting(shift) > 0) {
        wait_and_serve(shift);
        drop_overdue(shift);
    }
}

static void begin_all(struct shift *shift)
{
    const struct work *work = shift->crew->work;
    uint64_t now = now_us();
    shift->begin_us = now + (uint64_t)(work->warm_up_seconds * 1e6);
    shift->end_us = shift->begin_us + (uint64_t)(work->seconds * 1e6);
    shift->next_due_us = (double)now;
    for (size_t i = 0; i < shift->crew->client_count; i++) {
        client_next(shift, &shift->clients[i]);
    }
}

static bool nothing_left(const struct shift *shift)
{
    const atomic_long *left = shift->crew->work->requests;
    return left != NULL && atomic_load(left) <= 0 && shift->under_way == 0;
}

static void count_what_is_left(struct shift *shift)
{
    for (size_t i = 0; i < shift->crew->client_count; i++) {
        const struct client *client = &shift->clients[i];
        if (client->state >= CLIENT_SENDING && client->counted) {
            shift->crew->tallies[client->kind].unanswered++;
        }
        shift->crew->starved += client->asked && !client->served;
    }
    for (size_t i = shift->queue_begin; i < shift->queue_end; i++) {
        shift->crew->tallies[shift->queue[i].kind].unanswered +=
            shift->queue[i].due_us >= shift->begin_us;
    }
}

static void release(struct shift *shift)
{
    for (size_t i = 0; i < shift->crew->client_count; i++) {
        SSL_free(shift->clients[i].tls);
        close(shift->clients[i].descriptor);
        free(shift->clients[i].request);
    }
    close(shift->events);
    close(shift->timer);
    free(shift->queue);
    free(shift->idle);
    free(shift->clients);
}

/* For whoever wants to look at the servers when the measured time begins and ends: a line at once.
 */
static void announce(const struct crew *crew, const char *what)
{
    if (crew->first_client == 0) {
        printf("%s\n", what);
        fflush(stdout);
    }
}

void *crew_run(void *argument)
{
    struct crew *crew = argument;
    struct shift shift = { .crew = crew };
    prepare(&shift);
    begin_all(&shift);
    uint64_t looked_us = now_us();
    uint64_t now;
    bool announced = false;
    while ((now = now_us()) < shift.end_us && !nothing_left(&shift)) {
        if (!announced && now >= shift.begin_us) {
            announce(crew, "begin");
            announced = true;
        }
        wait_and_serve(&shift);
        if (now - looked_us > 500000) {
            drop_overdue(&shift);
            looked_us = now;
        }
    }
    announce(crew, "end");
    crew->measured_seconds = ((double)now_us() - (double)shift.begin_us) / 1e6;
    shift.over = true;
    while (shift.under_way > 0 && now_us() < shift.end_us + GRACE_US) {
        wait_and_serve(&shift);
    }
    count_what_is_left(&shift);
    release(&shift);
    return NULL;
}
