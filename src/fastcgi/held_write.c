#include "held_write.h"

#include <fcgios.h>
#include <string.h>
#include <unistd.h>

/* A worker answers one request at a time. */
static struct {
    bool holding;
    size_t length;
    char bytes[HELD_WRITE_SIZE];
} held;

/* The connection's SO_SNDTIMEO bounds each write. */
static bool write_all(int connection, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = write(connection, bytes, length);
        if (count <= 0) {
            return false;
        }
        bytes += count;
        length -= (size_t)count;
    }
    return true;
}

static bool flush(int connection)
{
    size_t length = held.length;
    held.length = 0;
    return write_all(connection, held.bytes, length);
}

void held_write_begin(void)
{
    held.holding = true;
    held.length = 0;
}

bool held_write_end(int connection)
{
    held.holding = false;
    return flush(connection);
}

/* In libfcgi's place. */
int OS_Write(int fd, char *buf, size_t len)
{
    if (!held.holding) {
        return (int)write(fd, buf, len);
    }
    if (len > sizeof held.bytes - held.length && !flush(fd)) {
        return -1;
    }
    if (len > sizeof held.bytes) {
        return write_all(fd, buf, len) ? (int)len : -1;
    }
    memcpy(held.bytes + held.length, buf, len);
    held.length += len;
    return (int)len;
}
