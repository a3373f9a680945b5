#include "stop_signal.h"

static volatile sig_atomic_t stop_requested;
static volatile sig_atomic_t leave_requested;

static void note_stop(int signal_number)
{
    (void)signal_number;
    stop_requested = 1;
}

static void note_leave(int signal_number)
{
    (void)signal_number;
    leave_requested = 1;
}

static void note_nothing(int signal_number)
{
    (void)signal_number;
}

static void install(int signal_number, void (*handle)(int))
{
    struct sigaction action = { .sa_handler = handle };
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

void worker_take_signals(void)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGINT);
    sigaddset(&blocked, SIGUSR2);
    sigaddset(&blocked, SIGUSR1);
    sigaddset(&blocked, SIGHUP);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    install(SIGTERM, note_stop);
    install(SIGINT, note_stop);
    install(SIGUSR2, note_leave);
    /* libfcgi replaces default and ignored handlers by ones that make it stop reading; not these.
     */
    install(SIGUSR1, note_nothing);
    install(SIGHUP, note_nothing);
    install(SIGPIPE, note_nothing);
}

/* A worker with much to do never waits, and so no handler runs: what is pending counts too. */
enum stop_signal stop_signal_came(void)
{
    sigset_t pending;
    if (sigpending(&pending) == 0) {
        stop_requested |= sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
        leave_requested |= sigismember(&pending, SIGUSR2) == 1;
    }
    return stop_requested != 0 ? STOP_DRAIN : leave_requested != 0 ? STOP_LEAVE : STOP_NONE;
}

void stop_signal_mask_while_waiting(sigset_t *mask)
{
    sigemptyset(mask);
}
