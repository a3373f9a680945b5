/*
 * exposition_reader.h - reads the Prometheus text format 0.0.4, and takes nothing that only a
 * lenient reader would take: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
#ifndef STOCKPILOT_TESTS_EXPOSITION_READER_H
#define STOCKPILOT_TESTS_EXPOSITION_READER_H

#include <stdbool.h>
#include <stddef.h>

#define EXPOSITION_MAX_FAMILIES 64
#define EXPOSITION_MAX_SERIES 4096
#define EXPOSITION_LINE_SIZE 512

struct exposition_series {
    size_t family;
    char name[EXPOSITION_LINE_SIZE]; /* with its labels, as they stand there */
    char value[32];
};

struct exposition {
    size_t family_count;
    struct {
        char name[96];
        char type[16];
    } families[EXPOSITION_MAX_FAMILIES];
    size_t series_count;
    struct exposition_series series[EXPOSITION_MAX_SERIES];
    char problem[96];                /* "" when there is none */
    char line[EXPOSITION_LINE_SIZE]; /* where it is */
};

/* false: exposition->problem says what is wrong in which line. */
bool exposition_read(struct exposition *exposition, const char *text, size_t length);

/* "" when there is no such family, or no such series. */
const char *exposition_type(const struct exposition *exposition, const char *family);
const char *exposition_value(const struct exposition *exposition, const char *series);

#endif
