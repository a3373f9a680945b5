#include "exposition_reader.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the lines of a histogram must be one after the other: buckets, sum, count. */
struct histogram {
    bool open; /* buckets have come, but not yet the count */
    bool infinite;
    bool summed;
    char labels[EXPOSITION_LINE_SIZE]; /* without le */
    double bound;
    double total;
};

struct reader {
    struct exposition *exposition;
    char line[EXPOSITION_LINE_SIZE];
    char helped[96]; /* the family whose TYPE comes next */
    struct histogram histogram;
};

static bool wrong(struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool wrong(struct reader *reader, const char *format, ...)
{
    struct exposition *exposition = reader->exposition;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(exposition->problem, sizeof exposition->problem, format, arguments);
    va_end(arguments);
    snprintf(exposition->line, sizeof exposition->line, "%s", reader->line);
    return false;
}

/* How long the name at the start of the text is. */
static size_t name_length(const char *text, bool colons)
{
    size_t length = 0;
    while (isalpha((unsigned char)text[length]) || text[length] == '_' ||
           (colons && text[length] == ':') ||
           (length > 0 && isdigit((unsigned char)text[length]))) {
        length++;
    }
    return length;
}

static bool take(const char **at, const char *text)
{
    size_t length = strlen(text);
    if (strncmp(*at, text, length) != 0) {
        return false;
    }
    *at += length;
    return true;
}

/* "name" at *at into the place, and past it. */
static bool take_name(const char **at, char *place, size_t size)
{
    size_t length = name_length(*at, true);
    if (length == 0 || length >= size) {
        return false;
    }
    memcpy(place, *at, length);
    place[length] = '\0';
    *at += length;
    return true;
}

static bool family_is_known(const struct exposition *exposition, const char *name)
{
    return exposition_type(exposition, name)[0] != '\0';
}

static bool read_help(struct reader *reader, const char *at)
{
    if (!take_name(&at, reader->helped, sizeof reader->helped) || !take(&at, " ") || *at == '\0') {
        return wrong(reader, "no HELP name text");
    }
    for (const char *c = strchr(at, '\\'); c != NULL; c = strchr(c + 2, '\\')) {
        if (c[1] != '\\' && c[1] != 'n') {
            return wrong(reader, "an unknown escape");
        }
    }
    return family_is_known(reader->exposition, reader->helped) ? wrong(reader, "a second HELP")
                                                               : true;
}

static bool type_is_known(const char *type)
{
    static const char *const types[] = { "counter", "gauge", "histogram" };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(type, types[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static bool read_type(struct reader *reader, const char *at)
{
    struct exposition *exposition = reader->exposition;
    char family[96];
    if (!take_name(&at, family, sizeof family) || !take(&at, " ") || !type_is_known(at)) {
        return wrong(reader, "no TYPE name type");
    }
    if (strcmp(family, reader->helped) != 0) {
        return wrong(reader, "a TYPE without its HELP before it");
    }
    if (ends_with(family, "_total") != (strcmp(at, "counter") == 0)) {
        return wrong(reader, "counters, and they alone, end in _total");
    }
    if (exposition->family_count == EXPOSITION_MAX_FAMILIES) {
        return wrong(reader, "more families than the reader has room for");
    }
    size_t number = exposition->family_count++;
    snprintf(exposition->families[number].name, sizeof family, "%s", family);
    snprintf(exposition->families[number].type, sizeof exposition->families[number].type, "%s", at);
    reader->helped[0] = '\0';
    return true;
}

/* "text" in quotes, past it. */
static bool take_quoted(const char **at)
{
    if (!take(at, "\"")) {
        return false;
    }
    while (**at != '"') {
        if (**at == '\0' || (**at == '\\' && strchr("\\\"n", (*at)[1]) == NULL)) {
            return false;
        }
        *at += **at == '\\' && (*at)[1] != '\0' ? 2 : 1;
    }
    return take(at, "\"");
}

/* {a="b",c="d"}: each once, with a name and a quoted value, `le` the last. Past it, and what stands
 * there without le into labels, the value of le into bound. */
static bool take_labels(const char **at, char *labels, char *bound, size_t size)
{
    const char *start = *at;
    size_t length = 0;
    do {
        const char *label = *at;
        size_t name = name_length(label, false);
        *at += name;
        if (name == 0 || bound[0] != '\0' || !take(at, "=") || !take_quoted(at)) {
            return false;
        }
        for (const char *other = start; other < label; other++) {
            if ((other == start || other[-1] == ',') &&
                strncmp(other, label, name + 2) == 0) { /* name=" */
                return false;
            }
        }
        if (name == 2 && strncmp(label, "le", 2) == 0) {
            snprintf(bound, size, "%.*s", (int)(*at - label) - 5, label + 4);
        } else {
            length = (size_t)(*at - start);
        }
    } while (take(at, ","));
    snprintf(labels, size, "%.*s", (int)length, start);
    return take(at, "}");
}

/* What this API counts is never negative, not a number, or in another notation. */
static bool is_number(const char *text)
{
    size_t whole = strspn(text, "0123456789");
    if (whole == 0) {
        return false;
    }
    if (text[whole] == '\0') {
        return true;
    }
    size_t fraction = strspn(text + whole + 1, "0123456789");
    return text[whole] == '.' && fraction > 0 && text[whole + 1 + fraction] == '\0';
}

static bool check_bucket(struct reader *reader, const char *labels, const char *le, double value)
{
    struct histogram *histogram = &reader->histogram;
    bool infinite = strcmp(le, "+Inf") == 0;
    if (!infinite && !is_number(le)) {
        return wrong(reader, "a bucket without a bound");
    }
    double bound = infinite ? INFINITY : strtod(le, NULL);
    if (!histogram->open) {
        *histogram = (struct histogram){ .open = true, .bound = -1 };
        snprintf(histogram->labels, sizeof histogram->labels, "%s", labels);
    }
    if (histogram->infinite || strcmp(histogram->labels, labels) != 0) {
        return wrong(reader, "buckets apart from theirs");
    }
    if (bound <= histogram->bound || value < histogram->total) {
        return wrong(reader, "buckets that do not add up");
    }
    histogram->bound = bound;
    histogram->total = value;
    histogram->infinite = infinite;
    return true;
}

/* suffix: what follows the family in the name. */
static bool check_histogram(struct reader *reader, const char *suffix, const char *labels,
                            const char *le, double value)
{
    struct histogram *histogram = &reader->histogram;
    if (strcmp(suffix, "_bucket") == 0) {
        return check_bucket(reader, labels, le, value);
    }
    if (le[0] != '\0' || !histogram->infinite || strcmp(histogram->labels, labels) != 0) {
        return wrong(reader, "not after its buckets");
    }
    if (strcmp(suffix, "_sum") == 0 && !histogram->summed) {
        histogram->summed = true;
        return true;
    }
    if (strcmp(suffix, "_count") != 0 || !histogram->summed || value != histogram->total) {
        return wrong(reader, "a count, after the sum, of all in the last bucket is missing");
    }
    *histogram = (struct histogram){ 0 };
    return true;
}

static bool check_family(struct reader *reader, const char *name, const char *labels,
                         const char *le, double value)
{
    const struct exposition *exposition = reader->exposition;
    if (exposition->family_count == 0 || reader->helped[0] != '\0') {
        return wrong(reader, "before its HELP and TYPE");
    }
    const char *family = exposition->families[exposition->family_count - 1].name;
    const char *type = exposition->families[exposition->family_count - 1].type;
    size_t length = strlen(family);
    if (strncmp(name, family, length) != 0) {
        return wrong(reader, "apart from its family");
    }
    if (strcmp(type, "histogram") == 0) {
        return check_histogram(reader, name + length, labels, le, value);
    }
    return name[length] == '\0' && le[0] == '\0' ? true : wrong(reader, "of another family");
}

static bool keep(struct reader *reader, const char *name, size_t length, const char *value)
{
    struct exposition *exposition = reader->exposition;
    if (exposition->series_count == EXPOSITION_MAX_SERIES) {
        return wrong(reader, "more series than the reader has room for");
    }
    struct exposition_series *series = &exposition->series[exposition->series_count];
    snprintf(series->name, sizeof series->name, "%.*s", (int)length, name);
    if (exposition_value(exposition, series->name)[0] != '\0') {
        return wrong(reader, "twice");
    }
    snprintf(series->value, sizeof series->value, "%s", value);
    series->family = exposition->family_count - 1;
    exposition->series_count++;
    return true;
}

static bool read_sample(struct reader *reader)
{
    char name[96];
    char labels[EXPOSITION_LINE_SIZE] = "";
    char le[EXPOSITION_LINE_SIZE] = "";
    const char *at = reader->line;
    if (!take_name(&at, name, sizeof name)) {
        return wrong(reader, "neither comment nor sample");
    }
    if (take(&at, "{") && !take_labels(&at, labels, le, sizeof labels)) {
        return wrong(reader, "labels that are none");
    }
    size_t length = (size_t)(at - reader->line);
    if (!take(&at, " ") || !is_number(at)) {
        return wrong(reader, "no number");
    }
    return check_family(reader, name, labels, le, strtod(at, NULL)) &&
           keep(reader, reader->line, length, at);
}

static bool read_line(struct reader *reader)
{
    const char *at = reader->line;
    if (at[0] != '#') {
        return read_sample(reader);
    }
    if (reader->histogram.open) {
        return wrong(reader, "a histogram before it has no count");
    }
    if (take(&at, "# HELP ")) {
        return reader->helped[0] == '\0' ? read_help(reader, at) : wrong(reader, "no TYPE before");
    }
    return take(&at, "# TYPE ") ? read_type(reader, at) : wrong(reader, "a comment of no use");
}

bool exposition_read(struct exposition *exposition, const char *text, size_t length)
{
    struct reader reader = { .exposition = exposition };
    exposition->family_count = 0;
    exposition->series_count = 0;
    exposition->problem[0] = '\0';
    const char *end = text + length;
    while (text < end) {
        const char *feed = memchr(text, '\n', (size_t)(end - text));
        size_t size = (size_t)((feed != NULL ? feed : end) - text);
        snprintf(reader.line, sizeof reader.line, "%.*s", (int)size, text);
        if (feed == NULL || strlen(reader.line) != size || strchr(reader.line, '\r') != NULL) {
            return wrong(&reader, "no line: too long, without its end, or with a NUL or CR");
        }
        if (!read_line(&reader)) {
            return false;
        }
        text = feed + 1;
    }
    if (reader.histogram.open || reader.helped[0] != '\0') {
        return wrong(&reader, "nothing after");
    }
    return true;
}

const char *exposition_type(const struct exposition *exposition, const char *family)
{
    for (size_t i = 0; i < exposition->family_count; i++) {
        if (strcmp(exposition->families[i].name, family) == 0) {
            return exposition->families[i].type;
        }
    }
    return "";
}

const char *exposition_value(const struct exposition *exposition, const char *series)
{
    for (size_t i = 0; i < exposition->series_count; i++) {
        if (strcmp(exposition->series[i].name, series) == 0) {
            return exposition->series[i].value;
        }
    }
    return "";
}
