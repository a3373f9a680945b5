#include "stockpilot/parameters/parameters.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stockpilot/aws/credentials.h"
#include "stockpilot/aws/ssm.h"
#include "stockpilot/config/parameter_source.h"
#include "stockpilot/log/log.h"
#include "stockpilot/parameters/snapshot.h"

#define CONNECT_TIMEOUT_MS 2000
#define CALL_TIMEOUT_MS 5000
#define PATIENCE_MS 20000

/* Everything that may be there, a thousand parameters of 8 kB. */
#define ARENA_LIMIT ((size_t)16 * 1024 * 1024)

struct asking {
    enum parameters_use use;
    bool from_snapshot;
    int kept; /* a new snapshot; -1: none */
};

static enum error_kind give_all(const struct ssm_parameter *parameter,
                                struct parameter_taker *taker, struct error *error)
{
    for (; parameter != NULL; parameter = parameter->next) {
        const struct parameter taken = { parameter->name, parameter->value, parameter->secure };
        if (!parameter_take(taker, &taken)) {
            return error_set_cause(error, ERROR_INTERNAL, "no memory for the parameters");
        }
    }
    return ERROR_NONE;
}

static enum error_kind keep(struct asking *asking, const struct parameter_place *place,
                            const struct ssm_parameter *first, struct error *error)
{
    int inherited = snapshot_inherited();
    if (asking->use == PARAMETERS_FOR_RELOAD && inherited >= 0 && snapshot_is_empty(inherited)) {
        return snapshot_fill(inherited, place, first, error);
    }
    if (asking->use != PARAMETERS_FOR_POOL) {
        return ERROR_NONE;
    }
    asking->kept = snapshot_new(error);
    return asking->kept < 0 ? error->kind : snapshot_fill(asking->kept, place, first, error);
}

static enum error_kind fetch(const struct parameter_place *place, struct arena *arena,
                             struct ssm_parameter **first, struct error *error)
{
    struct ssm_client *client = NULL;
    struct aws_credential_source *credentials = aws_credential_source_new();
    const struct ssm_settings settings = {
        .region = place->region,
        .endpoint = place->endpoint,
        .credentials = credentials,
        .connect_timeout_ms = CONNECT_TIMEOUT_MS,
        .call_timeout_ms = CALL_TIMEOUT_MS,
    };
    enum error_kind kind = credentials == NULL ? error_set_cause(error, ERROR_INTERNAL,
                                                                 "no memory for AWS credentials")
                                               : ssm_client_new(&settings, &client, error);
    if (kind == ERROR_NONE) {
        kind = ssm_parameters_below(client, place->path, deadline_after_ms(PATIENCE_MS), arena,
                                    first, error);
    }
    ssm_client_free(client);
    aws_credential_source_free(credentials);
    return kind;
}

static enum error_kind ask(struct asking *asking, const struct parameter_place *place,
                           struct parameter_taker *taker, struct error *error)
{
    struct ssm_parameter *first = NULL;
    struct arena *arena = arena_new_private(ARENA_LIMIT);
    if (arena == NULL) {
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the parameters");
    }
    enum error_kind kind = fetch(place, arena, &first, error);
    if (kind == ERROR_NONE) {
        kind = give_all(first, taker, error);
    }
    if (kind == ERROR_NONE) {
        kind = keep(asking, place, first, error);
    }
    arena_free(arena);
    return kind;
}

static enum error_kind read_store(void *context, const struct parameter_place *place,
                                  struct parameter_taker *taker, struct error *error)
{
    struct asking *asking = context;
    int inherited = snapshot_inherited();
    if (inherited >= 0 &&
        (asking->use == PARAMETERS_OF_POOL || asking->use == PARAMETERS_FOR_POOL)) {
        enum error_kind kind = snapshot_give(inherited, place, taker, error);
        if (kind != ERROR_NOT_FOUND) {
            asking->from_snapshot = kind == ERROR_NONE;
            return kind;
        }
        error_reset(error);
    }
    return ask(asking, place, taker, error);
}

/* A worker has read what it was given, and starts no programs; a pool keeps for its workers what it
 * has read, and nothing else. */
static bool settle(const struct asking *asking)
{
    if (asking->use == PARAMETERS_OF_POOL ||
        (asking->use == PARAMETERS_FOR_POOL && !asking->from_snapshot)) {
        snapshot_drop();
    }
    return asking->kept < 0 || snapshot_hand_on(asking->kept);
}

bool parameters_load(struct configuration *configuration, const char *file,
                     char *const *environment, enum parameters_use use,
                     struct configuration_report *report)
{
    struct asking asking = { .use = use, .kept = -1 };
    const struct parameter_source source = { read_store, &asking };
    bool loaded = configuration_load(configuration, file, environment, &source, report);
    if (loaded && !settle(&asking)) {
        configuration_report_add(report, PROBLEM_ERROR, "configuration",
                                 (struct option_source){ .origin = OPTION_UNSET },
                                 "does not fit into memory", "Free some memory.");
        configuration_free(configuration);
        loaded = false;
    }
    if (!loaded && asking.kept >= 0) {
        close(asking.kept);
    }
    return loaded;
}

bool parameters_load_only(struct configuration *configuration, const char *file,
                          char *const *environment, const char *const *names,
                          struct configuration_report *report)
{
    struct asking asking = { .use = PARAMETERS_ASKED, .kept = -1 };
    const struct parameter_source source = { read_store, &asking };
    return configuration_load_only(configuration, file, environment, names, &source, report);
}

static void log_problems(const struct configuration_report *report)
{
    for (size_t i = 0; i < report->problem_count; i++) {
        const struct configuration_problem *problem = &report->problems[i];
        LOG(problem->severity == PROBLEM_ERROR ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING,
            "configuration_problem", LOG_TEXT("option", problem->subject),
            LOG_TEXT("place", problem->place), LOG_TEXT("fact", problem->fact),
            LOG_TEXT("hint", problem->hint));
    }
    if (report->problems_dropped > 0) {
        LOG(report->error_count > report->problem_count ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING,
            "configuration_problems_not_told",
            LOG_NUMBER("count", (int64_t)report->problems_dropped));
    }
}

bool parameters_load_logged(struct configuration *configuration, const char *file,
                            char *const *environment, enum parameters_use use)
{
    struct configuration_report *report = calloc(1, sizeof *report);
    if (report == NULL) {
        LOG(LOG_LEVEL_ERROR, "configuration_problem", LOG_TEXT("fact", "no memory"));
        return false;
    }
    bool loaded = parameters_load(configuration, file, environment, use, report);
    log_problems(report);
    free(report);
    enum log_level level;
    if (loaded && log_level_from_name(configuration->log_level, &level)) {
        log_set_level(level);
    }
    return loaded;
}
