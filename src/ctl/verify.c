#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "command.h"
#include "database_access.h"
#include "stockpilot/store/verification_store.h"

#define TIME_MS (VERIFICATION_TIME_MS + 10000)

/* Unlike other commands it has two ways not to end well: 1, the books differ; 2, nobody knows. */
#define VERIFY_DIFFERENCES COMMAND_FAILED
#define VERIFY_NOT_DONE COMMAND_MISUSED

static const char *or_nothing(const char *text)
{
    return text != NULL ? text : "nothing";
}

static void print_text(const struct verification *found)
{
    for (size_t i = 0; i < found->listed; i++) {
        const struct difference *difference = &found->items[i];
        printf("%s  %s  should be %s, is %s\n", difference->what, difference->row_id,
               or_nothing(difference->expected), or_nothing(difference->found));
    }
    if (found->count > (int64_t)found->listed) {
        printf("... and %" PRId64 " more\n", found->count - (int64_t)found->listed);
    }
    if (found->count == 0) {
        printf("the books add up\n");
    } else {
        printf("%" PRId64 " difference%s\n", found->count, found->count == 1 ? "" : "s");
    }
}

static void write_json(struct json_writer *writer, const void *subject)
{
    const struct verification *found = subject;
    json_begin_object(writer);
    json_member_integer(writer, "count", found->count);
    json_write_name(writer, "differences");
    json_begin_array(writer);
    for (size_t i = 0; i < found->listed; i++) {
        const struct difference *difference = &found->items[i];
        json_begin_object(writer);
        json_member_string(writer, "what", difference->what);
        json_member_string(writer, "row", difference->row_id);
        json_member_string(writer, "expected", difference->expected);
        json_member_string(writer, "found", difference->found);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_end_object(writer);
}

static enum command_status verify(const char *config_file, bool json)
{
    struct database_access access;
    if (!database_access_open(config_file, &access)) {
        return VERIFY_NOT_DONE;
    }
    const struct store_request request = database_access_request(&access, TIME_MS);
    struct verification found;
    enum command_status status = VERIFY_NOT_DONE;
    if (verification_store_run(&request, &found) != ERROR_NONE) {
        database_access_tell(&access);
    } else {
        bool printed = true;
        if (json) {
            printed = database_access_print_json(&access, write_json, &found);
        } else {
            print_text(&found);
        }
        status = !printed ? VERIFY_NOT_DONE : found.count == 0 ? COMMAND_DONE : VERIFY_DIFFERENCES;
    }
    database_access_close(&access);
    return status;
}

enum command_status verify_command(const char *config_file, int count, char *const *arguments)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "json", no_argument, NULL, 'j' },
                                             { NULL, 0, NULL, 0 } };
    bool json = false;
    int letter;
    while ((letter = getopt_long(count, arguments, "", options, NULL)) != -1) {
        if (letter == 'c') {
            config_file = optarg;
        } else if (letter == 'j') {
            json = true;
        } else {
            return command_misused(arguments[0]);
        }
    }
    return optind < count ? command_misused(arguments[0]) : verify(config_file, json);
}
