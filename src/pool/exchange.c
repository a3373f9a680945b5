#include "stockpilot/pool/exchange.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "stockpilot/text/decimal.h"

#define NAME "STOCKPILOT_CONNECTION_EXCHANGE"

static bool is_of_a_pair(int descriptor)
{
    int domain = 0, type = 0, listening = 1;
    socklen_t size = sizeof domain;
    return descriptor > STDERR_FILENO &&
           getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
           getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 &&
           domain == AF_UNIX && type == SOCK_SEQPACKET && !listening;
}

struct exchange_pair exchange_inherited(void)
{
    const struct exchange_pair none = { -1, -1 };
    const char *text = getenv(NAME);
    int64_t numbers[2];
    if (text == NULL || !decimal_parse_integers(text, numbers, 2) || numbers[0] > INT_MAX ||
        numbers[1] > INT_MAX) {
        return none;
    }
    const struct exchange_pair pair = { (int)numbers[0], (int)numbers[1] };
    return is_of_a_pair(pair.pass_to) && is_of_a_pair(pair.passed) ? pair : none;
}

enum error_kind exchange_prepare(struct error *error)
{
    char text[32];
    int made[2];
    if (exchange_inherited().pass_to >= 0) {
        return ERROR_NONE;
    }
    /* Not closed on exec: workers are to have them. */
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, made) != 0) {
        return error_set_cause(error, ERROR_INTERNAL, "socketpair: %s", strerror(errno));
    }
    snprintf(text, sizeof text, "%d %d", made[0], made[1]);
    if (setenv(NAME, text, 1) != 0) {
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the environment");
    }
    return ERROR_NONE;
}
