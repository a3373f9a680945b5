#include "children.h"

#include <check.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void event_make(struct event *event)
{
    ck_assert_int_eq(pipe(event->ends), 0);
}

void event_tell(const struct event *event)
{
    ck_assert_int_eq(write(event->ends[1], "!", 1), 1);
}

void event_tell_all(const struct event *event)
{
    close(event->ends[0]);
    close(event->ends[1]);
}

bool event_await(const struct event *event)
{
    char byte;
    close(event->ends[1]);
    bool told = read(event->ends[0], &byte, 1) == 1;
    close(event->ends[0]);
    return told;
}

pid_t child_start(int (*run)(void *context), void *context)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        _exit(getppid() == parent ? run(context) : 1);
    }
    return pid;
}

void children_end_well(const pid_t *pids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int status;
        ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
        ck_assert_msg(status == 0, "child %zu ended with %#x", i, (unsigned)status);
    }
}

void child_kill(pid_t pid)
{
    int status;
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
                  "it had ended before, with %#x", (unsigned)status);
}
