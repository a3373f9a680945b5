#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "database_access.h"
#include "stockpilot/store/outbox_store.h"
#include "stockpilot/text/decimal.h"

#define TIME_MS 10000
#define MOST_LISTED 200 /* of each kind */

struct outbox_options {
    const char *config_file;
    bool json;
    bool all_parked;
    const char *action;
    const char *outbox_id; /* NULL: none was given */
};

static void print_entry(const struct outbox_entry *entry)
{
    printf("%8s  %-7s  %-19s  %8s s  %5s  %8s  %s\n", entry->outbox_id, entry->state, entry->topic,
           entry->age_seconds, entry->attempts, entry->refusals, entry->title);
    if (entry->last_error != NULL) {
        printf("%8s  %s\n", "", entry->last_error);
    }
}

static void print_listing(const struct outbox_listing *listing)
{
    if (listing->count > 0) {
        printf("%8s  %-7s  %-19s  %10s  %5s  %8s  %s\n", "ID", "STATE", "TOPIC", "AGE", "TRIES",
               "REFUSALS", "TITLE");
    }
    for (size_t i = 0; i < listing->count; i++) {
        print_entry(&listing->items[i]);
    }
    printf("%s waiting, %s parked\n", listing->waiting, listing->parked);
}

static void write_entry(struct json_writer *writer, const struct outbox_entry *entry)
{
    json_begin_object(writer);
    json_member_number_text(writer, "id", entry->outbox_id);
    json_member_string(writer, "messageId", entry->message_id);
    json_member_string(writer, "state", entry->state);
    json_member_string(writer, "topic", entry->topic);
    json_member_string(writer, "title", entry->title);
    json_member_number_text(writer, "attempts", entry->attempts);
    json_member_number_text(writer, "refusals", entry->refusals);
    json_member_timestamp(writer, "createdAt", entry->created_at);
    json_member_number_text(writer, "ageSeconds", entry->age_seconds);
    json_member_timestamp(writer, "dueAt", entry->due_at);
    json_member_string(writer, "lastError", entry->last_error);
    json_end_object(writer);
}

static void write_listing(struct json_writer *writer, const void *subject)
{
    const struct outbox_listing *listing = subject;
    json_begin_object(writer);
    json_member_number_text(writer, "waiting", listing->waiting);
    json_member_number_text(writer, "parked", listing->parked);
    json_write_name(writer, "messages");
    json_begin_array(writer);
    for (size_t i = 0; i < listing->count; i++) {
        write_entry(writer, &listing->items[i]);
    }
    json_end_array(writer);
    json_end_object(writer);
}

static enum command_status list(struct database_access *access, const struct outbox_options *chosen)
{
    const struct store_request request = database_access_request(access, TIME_MS);
    struct outbox_listing listing;
    if (outbox_store_list(&request, MOST_LISTED, &listing) != ERROR_NONE) {
        database_access_tell(access);
        return COMMAND_FAILED;
    }
    if (chosen->json) {
        return database_access_print_json(access, write_listing, &listing) ? COMMAND_DONE
                                                                           : COMMAND_FAILED;
    }
    print_listing(&listing);
    return COMMAND_DONE;
}

/* One sentence for people, or {"changed": n}. */
static enum command_status tell_changed(const struct outbox_options *chosen, const char *count,
                                        const char *what)
{
    if (chosen->json) {
        printf("{\"changed\":%s}\n", count);
    } else {
        printf("%s %s\n", count, what);
    }
    return COMMAND_DONE;
}

static enum command_status change(struct database_access *access,
                                  const struct outbox_options *chosen)
{
    const struct store_request request = database_access_request(access, TIME_MS);
    const bool park = strcmp(chosen->action, "park") == 0;
    const char *what = park ? "parked" : "to be sent again";
    const char *count = "1";
    bool found = true;
    enum error_kind kind;
    if (chosen->all_parked) {
        kind = outbox_store_retry_parked(&request, &count);
    } else if (park) {
        kind = outbox_store_park(&request, chosen->outbox_id, &found);
    } else {
        kind = outbox_store_retry(&request, chosen->outbox_id, &found);
    }
    if (kind != ERROR_NONE) {
        database_access_tell(access);
        return COMMAND_FAILED;
    }
    if (!found) {
        fprintf(stderr, "stockpilotctl: there is no message %s that %s\n", chosen->outbox_id,
                park ? "waits" : "is not out yet");
        return COMMAND_FAILED;
    }
    return tell_changed(chosen, count, what);
}

static bool is_an_id(const char *text)
{
    int64_t number;
    return text != NULL && decimal_parse_integer(text, strlen(text), &number) && number > 0;
}

static bool makes_sense(const struct outbox_options *chosen)
{
    if (strcmp(chosen->action, "list") == 0) {
        return chosen->outbox_id == NULL && !chosen->all_parked;
    }
    if (strcmp(chosen->action, "park") == 0) {
        return is_an_id(chosen->outbox_id) && !chosen->all_parked;
    }
    return strcmp(chosen->action, "retry") == 0 &&
           (chosen->all_parked ? chosen->outbox_id == NULL : is_an_id(chosen->outbox_id));
}

static bool read_options(int count, char *const *arguments, struct outbox_options *chosen)
{
    static const struct option options[] = { { "all-parked", no_argument, NULL, 'a' },
                                             { "config", required_argument, NULL, 'c' },
                                             { "json", no_argument, NULL, 'j' },
                                             { NULL, 0, NULL, 0 } };
    int letter;
    while ((letter = getopt_long(count, arguments, "", options, NULL)) != -1) {
        if (letter == 'a') {
            chosen->all_parked = true;
        } else if (letter == 'c') {
            chosen->config_file = optarg;
        } else if (letter == 'j') {
            chosen->json = true;
        } else {
            return false;
        }
    }
    if (optind < count) {
        chosen->action = arguments[optind++];
    }
    if (optind < count) {
        chosen->outbox_id = arguments[optind++];
    }
    return optind == count && makes_sense(chosen);
}

enum command_status outbox_command(const char *config_file, int count, char *const *arguments)
{
    struct outbox_options chosen = { .config_file = config_file, .action = "list" };
    if (!read_options(count, arguments, &chosen)) {
        return command_misused(arguments[0]);
    }
    struct database_access access;
    if (!database_access_open(chosen.config_file, &access)) {
        return COMMAND_FAILED;
    }
    enum command_status status =
        strcmp(chosen.action, "list") == 0 ? list(&access, &chosen) : change(&access, &chosen);
    database_access_close(&access);
    return status;
}
