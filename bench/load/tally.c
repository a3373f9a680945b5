#include "tally.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tally_add_latency(struct tally *tally, uint64_t latency_us)
{
    if (tally->count == tally->room) {
        tally->room = tally->room == 0 ? 65536 : 2 * tally->room;
        tally->latencies_us = realloc(tally->latencies_us, tally->room * sizeof(uint32_t));
        if (tally->latencies_us == NULL) {
            err(1, "memory");
        }
    }
    tally->latencies_us[tally->count++] =
        latency_us > UINT32_MAX ? UINT32_MAX : (uint32_t)latency_us;
}

void tally_add_status(struct tally *tally, int status, int expected, const char *body,
                      size_t body_length)
{
    tally->statuses[status >= 0 && status < MAX_STATUS ? status : 0]++;
    if (status == expected) {
        return;
    }
    tally->wrong_status++;
    if (tally->first_failure[0] == '\0') {
        snprintf(tally->first_failure, sizeof tally->first_failure, "%d: %.*s", status,
                 (int)body_length, body);
    }
}

void tally_merge(struct tally *into, const struct tally *from)
{
    for (size_t i = 0; i < from->count; i++) {
        tally_add_latency(into, from->latencies_us[i]);
    }
    for (size_t i = 0; i < MAX_STATUS; i++) {
        into->statuses[i] += from->statuses[i];
    }
    into->completed += from->completed;
    into->wrong_status += from->wrong_status;
    into->closed += from->closed;
    into->timed_out += from->timed_out;
    into->unanswered += from->unanswered;
    into->body_bytes += from->body_bytes;
    if (into->first_failure[0] == '\0') {
        memcpy(into->first_failure, from->first_failure, sizeof into->first_failure);
    }
}

static int compare(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* The nearest rank, in milliseconds. */
static double percentile(const struct tally *tally, double part)
{
    if (tally->count == 0) {
        return 0;
    }
    size_t rank = (size_t)(part * (double)tally->count + 0.999999);
    return tally->latencies_us[rank > 0 ? rank - 1 : 0] / 1000.0;
}

static void print_text(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            printf("\\%c", c);
        } else if (c < 0x20 || c > 0x7e) {
            printf("\\u%04x", c);
        } else {
            putchar(c);
        }
    }
    putchar('"');
}

void tally_print(struct tally *tally)
{
    qsort(tally->latencies_us, tally->count, sizeof(uint32_t), compare);
    printf("{\"completed\":%zu,\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"p999\":%.3f,\"max\":%.3f,",
           tally->completed, percentile(tally, 0.5), percentile(tally, 0.9),
           percentile(tally, 0.99), percentile(tally, 0.999), percentile(tally, 1));
    printf("\"wrongStatus\":%zu,\"closed\":%zu,\"timedOut\":%zu,\"unanswered\":%zu,"
           "\"bodyBytes\":%llu,\"statuses\":{",
           tally->wrong_status, tally->closed, tally->timed_out, tally->unanswered,
           (unsigned long long)tally->body_bytes);
    const char *comma = "";
    for (int i = 0; i < MAX_STATUS; i++) {
        if (tally->statuses[i] > 0) {
            printf("%s\"%d\":%zu", comma, i, tally->statuses[i]);
            comma = ",";
        }
    }
    printf("},\"firstFailure\":");
    if (tally->first_failure[0] == '\0') {
        printf("null");
    } else {
        print_text(tally->first_failure);
    }
    printf("}");
}
