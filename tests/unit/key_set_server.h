/*
 * key_set_server.h - a key set endpoint for tests, in a process of its own on a free loopback port.
 *
 * It counts what it is asked, and answers as it is told to at the moment of the question.
 */
#ifndef TESTS_UNIT_KEY_SET_SERVER_H
#define TESTS_UNIT_KEY_SET_SERVER_H

enum key_set_answer {
    ANSWER_KEYS,      /* 200 and the body */
    ANSWER_WHEN_TOLD, /* the same, after key_set_server_let_go() */
    ANSWER_500,       /* 500 with the body, which would be a good set */
    ANSWER_HTML,      /* 200 and a page */
    ANSWER_EMPTY,     /* 200 and nothing */
    ANSWER_NO_KEYS,   /* 200 and {"keys":[]} */
    ANSWER_10_MB,     /* 200 and the body with 10 MB of white space behind it */
    ANSWER_CUT_SHORT, /* 200, the body, and less than Content-Length said */
    ANSWER_REDIRECT,  /* 302 to the same server, which would then answer with the body */
    ANSWER_NEVER      /* nothing until the client hangs up */
};

struct key_set_server;

struct key_set_server *key_set_server_start(void);
void key_set_server_stop(struct key_set_server *server);

/* "http://127.0.0.1:<port>/.well-known/jwks.json" */
const char *key_set_server_url(const struct key_set_server *server);

void key_set_server_answer(struct key_set_server *server, enum key_set_answer answer);
void key_set_server_set_body(struct key_set_server *server, const char *body);

/* Questions so far, redirected ones included. */
int key_set_server_count(const struct key_set_server *server);

/* Returns when one more question has arrived; each is told once. */
void key_set_server_await_question(struct key_set_server *server);

void key_set_server_let_go(struct key_set_server *server);

#endif
