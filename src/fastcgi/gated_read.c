#include "gated_read.h"

#include <errno.h>
#include <fcgios.h>
#include <unistd.h>

#include "record_gate.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/fastcgi/server.h"
#include "stockpilot/log/log.h"

/* A worker reads one request at a time. */
static struct {
    struct record_gate gate;
    struct deadline deadline;
} reading;

void gated_read_start(void)
{
    reading.gate = (struct record_gate){ 0 };
    reading.deadline = deadline_after_ms(FASTCGI_STALL_SECONDS * 1000);
}

bool gated_read_complete(void)
{
    return reading.gate.phase == GATE_DONE;
}

static int refuse(const char *reason)
{
    LOG(LOG_LEVEL_WARNING, "fastcgi_refused", LOG_TEXT("reason", reason));
    errno = EPROTO;
    return -1;
}

/* In libfcgi's place. A connection's SO_RCVTIMEO bounds one read, the deadline a peer that
 * trickles. */
int OS_Read(int fd, char *buf, size_t len)
{
    ssize_t count = read(fd, buf, len);
    if (count <= 0) {
        return (int)count;
    }
    if (deadline_passed(reading.deadline)) {
        return refuse("the peer takes too long");
    }
    if (!record_gate_admit(&reading.gate, (const unsigned char *)buf, (size_t)count)) {
        return refuse("not what nginx sends");
    }
    return (int)count;
}
