#include "exchange.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "stockpilot/log/log.h"

/* Room for one descriptor, aligned as a control message wants it. */
union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

bool exchange_send(int exchange, int connection)
{
    char nothing = 0;
    struct iovec content = { .iov_base = &nothing, .iov_len = sizeof nothing };
    union control control = { 0 };
    struct msghdr message = { .msg_iov = &content,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof connection);
    memcpy(CMSG_DATA(header), &connection, sizeof connection);
    return sendmsg(exchange, &message, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)sizeof nothing;
}

int exchange_receive(int exchange)
{
    char nothing;
    struct iovec content = { .iov_base = &nothing, .iov_len = sizeof nothing };
    union control control = { 0 };
    struct msghdr message = { .msg_iov = &content,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    if (recvmsg(exchange, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) <= 0) {
        return -1;
    }
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    int connection = -1;
    if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof connection)) {
        memcpy(&connection, CMSG_DATA(header), sizeof connection);
    } else {
        /* This process has no descriptor left for it, and the kernel has closed it. */
        LOG(LOG_LEVEL_ERROR, "passed_connection_lost");
    }
    return connection;
}
