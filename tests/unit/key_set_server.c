#include "key_set_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BODY_SIZE 65536

struct key_set_server {
    pid_t pid;
    char url[128];
    _Atomic int answer;
    _Atomic int count;
    sem_t asked;
    sem_t released;
    char body[BODY_SIZE];
};

static void require(bool good, const char *what)
{
    if (!good) {
        perror(what);
        abort();
    }
}

static void send_all(int connection, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(connection, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0) {
            return; /* the client has seen enough */
        }
        bytes += sent;
        length -= (size_t)sent;
    }
}

static void send_answer(int connection, const char *status, const char *fields, const char *body,
                        size_t claimed_length)
{
    char head[512];
    int length = snprintf(head, sizeof head,
                          "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n",
                          status, claimed_length, fields);
    send_all(connection, head, (size_t)length);
    send_all(connection, body, strlen(body));
}

static void send_spaces(int connection, size_t count)
{
    char spaces[4096];
    memset(spaces, ' ', sizeof spaces);
    for (size_t sent = 0; sent < count; sent += sizeof spaces) {
        send_all(connection, spaces, sizeof spaces);
    }
}

static void answer(struct key_set_server *server, int connection)
{
    static const char json[] = "Content-Type: application/json\r\n";
    static const char page[] = "<!DOCTYPE html><title>Maintenance</title>";
    const size_t padding = 10 * 1024 * 1024;
    const size_t length = strlen(server->body);
    char location[256];
    char byte;
    switch ((enum key_set_answer)atomic_load(&server->answer)) {
    case ANSWER_WHEN_TOLD:
        require(sem_wait(&server->released) == 0, "sem_wait");
        send_answer(connection, "200 OK", json, server->body, length);
        break;
    case ANSWER_KEYS:
        send_answer(connection, "200 OK", json, server->body, length);
        break;
    case ANSWER_500:
        send_answer(connection, "500 Internal Server Error", json, server->body, length);
        break;
    case ANSWER_HTML:
        send_answer(connection, "200 OK", "Content-Type: text/html\r\n", page, strlen(page));
        break;
    case ANSWER_EMPTY:
        send_answer(connection, "200 OK", json, "", 0);
        break;
    case ANSWER_NO_KEYS:
        send_answer(connection, "200 OK", json, "{\"keys\":[]}", strlen("{\"keys\":[]}"));
        break;
    case ANSWER_10_MB:
        send_answer(connection, "200 OK", json, server->body, length + padding);
        send_spaces(connection, padding);
        break;
    case ANSWER_CUT_SHORT:
        send_answer(connection, "200 OK", json, server->body, length + 1);
        break;
    case ANSWER_REDIRECT:
        snprintf(location, sizeof location, "Location: %s\r\n", server->url);
        atomic_store(&server->answer, ANSWER_KEYS);
        send_answer(connection, "302 Found", location, "", 0);
        break;
    case ANSWER_NEVER:
        while (recv(connection, &byte, 1, 0) > 0) {
        }
        break;
    }
}

static void read_question(int connection)
{
    char head[8192];
    size_t length = 0;
    while (length < sizeof head - 1) {
        ssize_t got = recv(connection, head + length, sizeof head - 1 - length, 0);
        if (got <= 0) {
            return;
        }
        length += (size_t)got;
        head[length] = '\0';
        if (strstr(head, "\r\n\r\n") != NULL) {
            return;
        }
    }
}

static _Noreturn void serve(struct key_set_server *server, int listener)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* not even a crashed test leaves it behind */
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        require(connection >= 0, "accept");
        read_question(connection);
        atomic_fetch_add(&server->count, 1);
        sem_post(&server->asked);
        answer(server, connection);
        close(connection);
    }
}

static int listen_anywhere(char *url, size_t size)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(listener >= 0 && bind(listener, (struct sockaddr *)&address, sizeof address) == 0 &&
                listen(listener, 64) == 0 &&
                getsockname(listener, (struct sockaddr *)&address, &length) == 0,
            "listen");
    snprintf(url, size, "http://127.0.0.1:%u/.well-known/jwks.json",
             (unsigned)ntohs(address.sin_port));
    return listener;
}

struct key_set_server *key_set_server_start(void)
{
    struct key_set_server *server =
        mmap(NULL, sizeof *server, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    require(server != MAP_FAILED, "mmap");
    require(sem_init(&server->asked, 1, 0) == 0 && sem_init(&server->released, 1, 0) == 0,
            "sem_init");
    int listener = listen_anywhere(server->url, sizeof server->url);
    pid_t pid = fork();
    require(pid >= 0, "fork");
    if (pid == 0) {
        serve(server, listener);
    }
    server->pid = pid;
    close(listener);
    return server;
}

void key_set_server_stop(struct key_set_server *server)
{
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    munmap(server, sizeof *server);
}

const char *key_set_server_url(const struct key_set_server *server)
{
    return server->url;
}

void key_set_server_answer(struct key_set_server *server, enum key_set_answer answer)
{
    atomic_store(&server->answer, (int)answer);
}

void key_set_server_set_body(struct key_set_server *server, const char *body)
{
    require(strlen(body) < sizeof server->body, "body");
    memcpy(server->body, body, strlen(body) + 1);
}

int key_set_server_count(const struct key_set_server *server)
{
    return atomic_load(&server->count);
}

void key_set_server_await_question(struct key_set_server *server)
{
    require(sem_wait(&server->asked) == 0, "sem_wait");
}

void key_set_server_let_go(struct key_set_server *server)
{
    require(sem_post(&server->released) == 0, "sem_post");
}
