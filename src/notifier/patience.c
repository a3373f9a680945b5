#include "patience.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>

int patience_open(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

bool patience_is_over(int descriptor)
{
    struct pollfd wanted = { .fd = descriptor, .events = POLLIN };
    return poll(&wanted, 1, 0) > 0;
}

void patience_wait(int descriptor, int64_t milliseconds)
{
    struct pollfd wanted = { .fd = descriptor, .events = POLLIN };
    (void)poll(&wanted, 1, milliseconds < INT_MAX ? (int)milliseconds : INT_MAX);
}
