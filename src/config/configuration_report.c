#include "stockpilot/config/configuration_report.h"

#include <string.h>

void configuration_report_init(struct configuration_report *report)
{
    memset(report, 0, sizeof *report);
}

void option_source_describe(struct option_source source, char *text, size_t size)
{
    switch (source.origin) {
    case OPTION_UNSET:
        snprintf(text, size, "not set");
        break;
    case OPTION_DEFAULT:
        snprintf(text, size, "default");
        break;
    case OPTION_PARAMETER:
        snprintf(text, size, "parameter %s", source.parameter);
        break;
    case OPTION_FILE:
        snprintf(text, size, "line %d", source.line);
        break;
    case OPTION_ENVIRONMENT:
        snprintf(text, size, "environment");
        break;
    }
}

/* Warnings give way to errors: a start that fails says why, whatever there is to warn of. false:
 * there is no warning. */
static bool drop_last_warning(struct configuration_report *report)
{
    for (size_t i = report->problem_count; i-- > 0;) {
        struct configuration_problem *problem = &report->problems[i];
        if (problem->severity == PROBLEM_WARNING) {
            report->problem_count--;
            memmove(problem, problem + 1, (report->problem_count - i) * sizeof *problem);
            return true;
        }
    }
    return false;
}

/* false: it is only counted. */
static bool make_room(struct configuration_report *report, enum problem_severity severity)
{
    if (report->problem_count < CONFIGURATION_MAX_PROBLEMS) {
        return true;
    }
    report->problems_dropped++;
    return severity == PROBLEM_ERROR && drop_last_warning(report);
}

void configuration_report_add(struct configuration_report *report, enum problem_severity severity,
                              const char *subject, struct option_source source, const char *fact,
                              const char *hint)
{
    if (severity == PROBLEM_ERROR) {
        report->error_count++;
    }
    if (!make_room(report, severity)) {
        return;
    }
    struct configuration_problem *problem = &report->problems[report->problem_count++];
    problem->severity = severity;
    snprintf(problem->subject, sizeof problem->subject, "%s", subject);
    snprintf(problem->fact, sizeof problem->fact, "%s", fact);
    snprintf(problem->hint, sizeof problem->hint, "%s", hint);
    problem->place[0] = '\0';
    if (source.origin != OPTION_UNSET) {
        option_source_describe(source, problem->place, sizeof problem->place);
    }
}

/* What came from a file may hold anything; a terminal gets none of it. */
static void print_plain(const char *text, FILE *stream)
{
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;
        fputc(c < 0x20 || c == 0x7f ? '?' : c, stream);
    }
}

static void print_problem(const struct configuration_problem *problem, FILE *stream)
{
    fputs(problem->severity == PROBLEM_ERROR ? "error: " : "warning: ", stream);
    print_plain(problem->subject, stream);
    if (problem->place[0] != '\0') {
        fprintf(stream, " (%s)", problem->place);
    }
    fputc(' ', stream);
    print_plain(problem->fact, stream);
    fputs(". ", stream);
    print_plain(problem->hint, stream);
    fputc('\n', stream);
}

void configuration_report_print(const struct configuration_report *report, FILE *stream)
{
    for (size_t i = 0; i < report->problem_count; i++) {
        print_problem(&report->problems[i], stream);
    }
    if (report->problems_dropped > 0) {
        fprintf(stream, "and %zu more\n", report->problems_dropped);
    }
}
