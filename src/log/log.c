#include "stockpilot/log/log.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "stockpilot/clock/clock.h"
#include "stockpilot/text/utf8.h"

/* POSIX writes up to PIPE_BUF (4096 on Linux) bytes to a pipe in one piece. */
#define LINE_SIZE 4096

static enum log_level highest_level = LOG_LEVEL_INFO;
static int descriptor_of_lines = STDERR_FILENO;

static const char *const level_names[] = {
    [LOG_LEVEL_ERROR] = "error",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_DEBUG] = "debug",
};

#define LEVEL_COUNT (sizeof level_names / sizeof *level_names)

struct line {
    char bytes[LINE_SIZE];
    size_t length;
    bool overflowed;
};

void log_set_level(enum log_level level)
{
    highest_level = level;
}

bool log_level_from_name(const char *name, enum log_level *level)
{
    for (size_t i = 0; i < LEVEL_COUNT; i++) {
        if (strcmp(name, level_names[i]) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

void log_set_descriptor(int descriptor)
{
    descriptor_of_lines = descriptor;
}

static void append(struct line *line, const char *bytes, size_t length)
{
    if (length > sizeof line->bytes - line->length) {
        line->overflowed = true;
        return;
    }
    memcpy(line->bytes + line->length, bytes, length);
    line->length += length;
}

static void append_text(struct line *line, const char *text)
{
    append(line, text, strlen(text));
}

/* Bytes of the well-formed UTF-8 sequence that text begins with, 0 when it begins with none. text
 * ends with NUL, which is no continuation byte, so that nothing past it is read. */
static size_t sequence_length(const char *text)
{
    for (size_t length = 1; length <= 4; length++) {
        if (utf8_is_valid(text, length)) {
            return length;
        }
        if (text[length] == '\0') {
            break;
        }
    }
    return 0;
}

/* One character as JSON has it, in at most 6 bytes; gives the bytes of text it stands for. What
 * could steer a terminal (C0, DEL, C1) is written as \u00XX, what is no UTF-8 as U+FFFD. */
static size_t escape(const char *text, char escaped[8])
{
    const unsigned char c = (unsigned char)text[0];
    size_t length = sequence_length(text);

    if (length == 0) {
        snprintf(escaped, 8, "\\ufffd");
        return 1;
    }
    if (c == '"' || c == '\\') {
        snprintf(escaped, 8, "\\%c", c);
    } else if (c < 0x20 || c == 0x7f) {
        snprintf(escaped, 8, "\\u%04x", c);
    } else if (length == 2 && c == 0xc2 && (unsigned char)text[1] < 0xa0) {
        snprintf(escaped, 8, "\\u%04x", (unsigned char)text[1]);
    } else {
        memcpy(escaped, text, length);
        escaped[length] = '\0';
    }
    return length;
}

/* Returns false when the text needed more than `most` bytes and was cut. */
static bool append_escaped(struct line *line, const char *text, size_t most)
{
    size_t written = 0;
    char escaped[8];

    while (*text != '\0' && !line->overflowed) {
        text += escape(text, escaped);
        const size_t length = strlen(escaped);
        if (written + length > most) {
            return false;
        }
        append(line, escaped, length);
        written += length;
    }
    return true;
}

static void append_head(struct line *line, enum log_level level, const char *event)
{
    char time[CLOCK_TIMESTAMP_SIZE];
    char pid[32];

    clock_timestamp(time, sizeof time);
    snprintf(pid, sizeof pid, "\",\"pid\":%ld", (long)getpid());
    append_text(line, "{\"time\":\"");
    append_text(line, time);
    append_text(line, "\",\"level\":\"");
    append_text(line, level_names[level]);
    append_text(line, "\",\"event\":\"");
    append_text(line, event);
    append_text(line, pid);
}

/* Returns false when the field's text was cut. */
static bool append_field(struct line *line, const struct log_field *field, size_t longest_text)
{
    bool whole = true;

    if (field->kind != LOG_FIELD_NUMBER && field->text == NULL) {
        return true;
    }
    append_text(line, ",\"");
    append_text(line, field->name);
    append_text(line, "\":");
    if (field->kind == LOG_FIELD_NUMBER) {
        char number[24];
        snprintf(number, sizeof number, "%lld", (long long)field->number);
        append_text(line, number);
    } else if (field->kind == LOG_FIELD_JSON) {
        append_text(line, field->text);
    } else {
        append_text(line, "\"");
        whole = append_escaped(line, field->text, longest_text);
        append_text(line, "\"");
    }
    return whole;
}

/* Renders the fields behind the head with no text longer than longest_text. False when the line
 * does not fit; the line then still ends behind the head. */
static bool render(struct line *line, const struct log_field *fields, int count,
                   size_t longest_text)
{
    const size_t head_end = line->length;
    bool whole = true;

    for (int i = 0; i < count; i++) {
        whole = append_field(line, &fields[i], longest_text) && whole;
    }
    append_text(line, whole ? "}\n" : ",\"truncated\":true}\n");
    if (line->overflowed) {
        line->length = head_end;
        line->overflowed = false;
        return false;
    }
    return true;
}

/* Finds the largest limit on the texts with which the line fits, so that short texts stay whole. */
static void render_cut(struct line *line, const struct log_field *fields, int count)
{
    const size_t head_end = line->length;
    size_t fits = 0;
    size_t too_long = LINE_SIZE;

    while (too_long - fits > 1) {
        const size_t middle = fits + (too_long - fits) / 2;
        if (render(line, fields, count, middle)) {
            fits = middle;
        } else {
            too_long = middle;
        }
        line->length = head_end;
    }
    if (!render(line, fields, count, fits)) {
        append_text(line, ",\"truncated\":true}\n");
    }
}

static void write_line(const struct line *line)
{
    ssize_t written;

    do {
        written = write(descriptor_of_lines, line->bytes, line->length);
    } while (written < 0 && errno == EINTR);
}

static void compose_and_write(enum log_level level, const char *event,
                              const struct log_field *fields, int count)
{
    const int saved_errno = errno;
    struct line line = { .length = 0, .overflowed = false };

    append_head(&line, level, event);
    if (!render(&line, fields, count, LINE_SIZE)) {
        render_cut(&line, fields, count);
    }
    write_line(&line);
    errno = saved_errno;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, int count)
{
    if (level <= highest_level) {
        compose_and_write(level, event, fields, count);
    }
}

void log_write_always(const char *event, const struct log_field *fields, int count)
{
    compose_and_write(LOG_LEVEL_INFO, event, fields, count);
}
