#include "roster.h"

struct child *roster_add(struct roster *roster, pid_t pid, int64_t started_us)
{
    if (roster->count == ROSTER_SIZE) {
        return NULL;
    }
    struct child *child = &roster->children[roster->count++];
    *child = (struct child){ .pid = pid, .phase = CHILD_STARTING, .started_us = started_us };
    return child;
}

struct child *roster_find(struct roster *roster, pid_t pid)
{
    for (size_t i = 0; i < roster->count; i++) {
        if (roster->children[i].pid == pid) {
            return &roster->children[i];
        }
    }
    return NULL;
}

void roster_remove(struct roster *roster, struct child *child)
{
    roster->count--;
    *child = roster->children[roster->count];
}

unsigned roster_count(const struct roster *roster, enum child_phase phase, bool current)
{
    unsigned count = 0;
    for (size_t i = 0; i < roster->count; i++) {
        const struct child *child = &roster->children[i];
        count += child->phase == phase && (!current || child->outdated == REASON_NONE);
    }
    return count;
}

bool roster_has_outdated(const struct roster *roster, enum child_reason reason)
{
    for (size_t i = 0; i < roster->count; i++) {
        const struct child *child = &roster->children[i];
        if (child->outdated == reason &&
            (child->phase == CHILD_STARTING || child->phase == CHILD_SERVING)) {
            return true;
        }
    }
    return false;
}

const char *child_reason_name(enum child_reason reason)
{
    switch (reason) {
    case REASON_RELOAD:
        return "reload";
    case REASON_REQUESTS:
        return "requests";
    case REASON_MEMORY:
        return "memory";
    case REASON_SCALED_DOWN:
        return "scaled_down";
    case REASON_STOP:
        return "stop";
    case REASON_NONE:
        break;
    }
    return "none";
}
