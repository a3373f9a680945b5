/* children.h - child processes of a test, and events between them and it. */
#ifndef STOCKPILOT_TESTS_CHILDREN_H
#define STOCKPILOT_TESTS_CHILDREN_H

#include <stdbool.h>
#include <sys/types.h>

/* Made before the children are. */
struct event {
    int ends[2];
};

void event_make(struct event *event);

/* For one who waits. */
void event_tell(const struct event *event);

/* For all who wait; the last that is done with it. */
void event_tell_all(const struct event *event);

/* false: it ended without it; nobody is left who could tell. Once for each process. */
bool event_await(const struct event *event);

/* Runs it in a child, which ends with what it returns and does not outlive the test. */
pid_t child_start(int (*run)(void *context), void *context);

/* Waits for children of which each must end with 0. */
void children_end_well(const pid_t *pids, size_t count);

/* kill -9, and waits for it. */
void child_kill(pid_t pid);

#endif
