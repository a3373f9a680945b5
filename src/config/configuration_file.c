#include "stockpilot/config/configuration_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option_source nowhere = { .origin = OPTION_UNSET };

struct reader {
    struct arena *arena;
    struct option_value *values;
    struct configuration_report *report;
    int line;
};

/* About the line being read. The line's text is not quoted: it may be half a password. */
static void add_error(struct reader *reader, const char *subject, const char *fact,
                      const char *hint)
{
    const struct option_source source = { .origin = OPTION_FILE, .line = reader->line };
    configuration_report_add(reader->report, PROBLEM_ERROR, subject, source, fact, hint);
}

static char *trim(char *text)
{
    static const char blanks[] = " \t\r";
    text += strspn(text, blanks);
    size_t length = strlen(text);
    while (length > 0 && strchr(blanks, text[length - 1])) {
        text[--length] = '\0';
    }
    return text;
}

static void add_unknown(struct reader *reader, const char *name)
{
    const struct option_definition *nearest = option_nearest(name);
    char hint[128];

    if (nearest != NULL) {
        snprintf(hint, sizeof hint, "Is %s meant?", nearest->name);
    } else {
        snprintf(hint, sizeof hint,
                 "Remove it; stockpilotctl check-config --list has all options.");
    }
    add_error(reader, name, "is not an option", hint);
}

static bool is_quoted(const char *value)
{
    const size_t length = strlen(value);
    return length >= 2 && (value[0] == '"' || value[0] == '\'') && value[length - 1] == value[0];
}

static void take_value(struct reader *reader, const struct option_definition *option,
                       const char *value)
{
    size_t count;
    struct option_value *slot = &reader->values[option - option_table(&count)];

    if (slot->source.origin == OPTION_FILE) {
        char fact[64];
        snprintf(fact, sizeof fact, "is given a second time; line %d has it too",
                 slot->source.line);
        add_error(reader, option->name, fact, "Remove one of the two lines.");
    } else if (is_quoted(value)) {
        add_error(reader, option->name, "has a value in quotes",
                  "Write the value without them: all behind '=' is the value.");
    } else if (*value != '\0') {
        *slot = (struct option_value){ .text = value,
                                       .source = { .origin = OPTION_FILE, .line = reader->line } };
    }
}

/* A name is only shown when it looks like one: a line without a good name may be anything. */
static bool looks_like_name(const char *name)
{
    const size_t length =
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
    return length > 0 && name[length] == '\0';
}

static void read_line(struct reader *reader, char *line)
{
    line = trim(line);
    if (*line == '\0' || *line == '#') {
        return;
    }
    char *equals = strchr(line, '=');
    if (equals == NULL) {
        add_error(reader, reader->report->file, "has a line without '='",
                  "Write NAME=value, or begin the line with '#' if it is a comment.");
        return;
    }
    *equals = '\0';
    const char *name = trim(line);
    const struct option_definition *option = option_find(name);
    if (option != NULL) {
        take_value(reader, option, trim(equals + 1));
    } else if (looks_like_name(name)) {
        add_unknown(reader, name);
    } else {
        add_error(reader, reader->report->file,
                  "has a line that does not begin with an option's name",
                  "Write NAME=value without 'export' or anything else before the name.");
    }
}

static void read_lines(struct reader *reader, char *text)
{
    while (text != NULL) {
        char *end = strchr(text, '\n');
        if (end != NULL) {
            *end++ = '\0';
        }
        reader->line++;
        read_line(reader, text);
        text = end;
    }
}

static void add_file_error(struct configuration_report *report, const char *path, const char *fact,
                           const char *hint)
{
    configuration_report_add(report, PROBLEM_ERROR, path, nowhere, fact, hint);
}

/* The whole file, NUL-terminated; NULL after it told why not. */
static char *read_all(int descriptor, struct arena *arena, struct configuration_report *report)
{
    static char bytes[CONFIGURATION_FILE_MAX_BYTES + 1];
    size_t length = 0;
    ssize_t more;

    while ((more = read(descriptor, bytes + length, sizeof bytes - length)) != 0) {
        if (more > 0) {
            length += (size_t)more;
        } else if (errno != EINTR) {
            add_file_error(report, report->file, strerror(errno), "Name a readable file.");
            return NULL;
        }
        if (length == sizeof bytes) {
            add_file_error(report, report->file, "is larger than 64 kB",
                           "Name a file of NAME=value lines.");
            return NULL;
        }
    }
    if (memchr(bytes, '\0', length) != NULL) {
        add_file_error(report, report->file, "contains NUL bytes", "Name a text file.");
        return NULL;
    }
    char *text = arena_copy(arena, bytes, length);
    explicit_bzero(bytes, length);
    if (text == NULL) {
        add_file_error(report, report->file, "does not fit into memory", "Free some memory.");
    }
    return text;
}

static bool has_secret_of_file(const struct option_value values[OPTION_LIMIT])
{
    size_t count;
    const struct option_definition *options = option_table(&count);

    for (size_t i = 0; i < count; i++) {
        if (option_is_secret(&options[i]) && values[i].source.origin == OPTION_FILE) {
            return true;
        }
    }
    return false;
}

static void warn_if_open_to_all(int descriptor, const struct option_value values[OPTION_LIMIT],
                                struct configuration_report *report)
{
    struct stat status;

    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
        (status.st_mode & (S_IROTH | S_IWOTH)) != 0 && has_secret_of_file(values)) {
        configuration_report_add(report, PROBLEM_WARNING, report->file, nowhere,
                                 "has secrets in it and is open to every user of this host",
                                 "Take the others' access away: chmod o= on the file.");
    }
}

static void read_open_file(int descriptor, struct arena *arena,
                           struct option_value values[OPTION_LIMIT],
                           struct configuration_report *report)
{
    struct reader reader = { arena, values, report, 0 };
    char *text = read_all(descriptor, arena, report);

    if (text != NULL) {
        read_lines(&reader, text);
        warn_if_open_to_all(descriptor, values, report);
    }
}

void configuration_file_read(const char *path, bool may_be_missing, struct arena *arena,
                             struct option_value values[OPTION_LIMIT],
                             struct configuration_report *report)
{
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (descriptor < 0) {
        if (errno != ENOENT || !may_be_missing) {
            char fact[128];
            snprintf(fact, sizeof fact, "cannot be opened: %s", strerror(errno));
            add_file_error(report, path, fact,
                           "Name a readable file with --config or STOCKPILOT_CONFIG.");
        }
        return;
    }
    snprintf(report->file, sizeof report->file, "%s", path);
    read_open_file(descriptor, arena, values, report);
    close(descriptor);
}
