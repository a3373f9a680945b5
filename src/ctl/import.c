#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "command.h"
#include "stockpilot/config/configuration.h"
#include "stockpilot/json/json_write.h"
#include "stockpilot/memory/arena.h"
#include "stockpilot/parameters/parameters.h"
#include "stockpilot/store/former_import.h"

#define LINE_LIMIT (64u * 1024)

/* Done, and something was told of: another status than of an import without findings. */
#define IMPORT_DONE_WITH_FINDINGS 3

struct telling {
    bool json;
    size_t findings;
    struct arena *arena; /* of one line */
};

static void print_line(struct telling *telling, struct buffer *line)
{
    if (!buffer_failed(line)) {
        printf("%.*s\n", (int)line->length, line->bytes);
    }
    arena_reset(telling->arena);
}

static void tell_finding(void *context, const char *table, const char *row_id, const char *what,
                         const char *done)
{
    struct telling *telling = context;
    telling->findings++;
    if (!telling->json) {
        printf("%s %s: %s: %s\n", table, row_id != NULL ? row_id : "", what, done);
        return;
    }
    struct buffer line;
    struct json_writer json;
    buffer_init(&line, telling->arena, LINE_LIMIT);
    json_writer_init(&json, &line);
    json_begin_object(&json);
    json_member_string(&json, "table", table);
    json_member_string(&json, "row", row_id);
    json_member_string(&json, "what", what);
    json_member_string(&json, "done", done);
    json_end_object(&json);
    print_line(telling, &line);
}

static void tell_total(void *context, const char *table, const char *read, const char *taken)
{
    struct telling *telling = context;
    if (!telling->json) {
        printf("%-14s %s read, %s taken over\n", table, read, taken);
        return;
    }
    struct buffer line;
    struct json_writer json;
    buffer_init(&line, telling->arena, LINE_LIMIT);
    json_writer_init(&json, &line);
    json_begin_object(&json);
    json_member_string(&json, "table", table);
    json_member_number_text(&json, "read", read);
    json_member_number_text(&json, "taken", taken);
    json_end_object(&json);
    print_line(telling, &line);
}

static enum command_status end_of(enum former_outcome outcome, bool dry_run,
                                  const struct telling *telling, const struct error *error)
{
    FILE *stream = telling->json ? stderr : stdout;
    switch (outcome) {
    case FORMER_IMPORTED:
        fprintf(stream, "%s, with %zu finding%s\n",
                dry_run ? "a dry run: nothing was changed" : "everything was taken over",
                telling->findings, telling->findings == 1 ? "" : "s");
        return telling->findings == 0 ? COMMAND_DONE
                                      : (enum command_status)IMPORT_DONE_WITH_FINDINGS;
    case FORMER_NOTHING_NEW:
        fputs("nothing to do: an earlier import has brought all of it\n", stream);
        return COMMAND_DONE;
    case FORMER_NOT_EMPTY:
        fputs("stockpilotctl: the database has products, sales, purchases or expenses of its own: "
              "import into an empty one\n",
              stderr);
        return COMMAND_FAILED;
    case FORMER_FAILED:
        break;
    }
    fprintf(stderr, "stockpilotctl: %s\nNothing was changed.\n", error->cause);
    return COMMAND_FAILED;
}

static enum command_status import_from(const struct configuration *configuration,
                                       const char *source, bool dry_run, bool json)
{
    struct telling telling = { json, 0, arena_new(4 * LINE_LIMIT) };
    struct error error = { 0 };
    const struct former_import import = {
        .source_url = source,
        .target_url = configuration_migration_database_url(configuration),
        .dry_run = dry_run,
        .tell_finding = tell_finding,
        .tell_total = tell_total,
        .context = &telling,
    };
    if (telling.arena == NULL) {
        fputs("stockpilotctl: not enough memory\n", stderr);
        return COMMAND_FAILED;
    }
    if (import.target_url == NULL) {
        arena_free(telling.arena);
        fputs("stockpilotctl: neither MIGRATION_DATABASE_URL nor DATABASE_URL is set\n", stderr);
        return COMMAND_FAILED;
    }
    enum former_outcome outcome = former_import_run(&import, &error);
    arena_free(telling.arena);
    return end_of(outcome, dry_run, &telling, &error);
}

static enum command_status import(const char *config_file, const char *source, bool dry_run,
                                  bool json)
{
    static const char *const needed[] = { "DATABASE_URL", "MIGRATION_DATABASE_URL", NULL };
    static struct configuration_report report;
    struct configuration configuration;
    bool loaded = parameters_load_only(&configuration, config_file, environ, needed, &report);
    command_print_problems(&report);
    if (!loaded) {
        return COMMAND_FAILED;
    }
    enum command_status status = import_from(&configuration, source, dry_run, json);
    configuration_free(&configuration);
    return status;
}

enum command_status import_command(const char *config_file, int count, char *const *arguments)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "dry-run", no_argument, NULL, 'n' },
                                             { "from", required_argument, NULL, 'f' },
                                             { "json", no_argument, NULL, 'j' },
                                             { NULL, 0, NULL, 0 } };
    const char *source = NULL;
    bool dry_run = false;
    bool json = false;
    int letter;
    while ((letter = getopt_long(count, arguments, "", options, NULL)) != -1) {
        switch (letter) {
        case 'c':
            config_file = optarg;
            break;
        case 'n':
            dry_run = true;
            break;
        case 'f':
            source = optarg;
            break;
        case 'j':
            json = true;
            break;
        default:
            return command_misused(arguments[0]);
        }
    }
    return source == NULL || optind < count ? command_misused(arguments[0])
                                            : import(config_file, source, dry_run, json);
}
