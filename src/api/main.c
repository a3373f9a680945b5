/*
 * stockpilot-api - one FastCGI worker: its listening socket is file descriptor 0, as spawn-fcgi
 * gives it.
 *
 * Exit status: 0 after a drain, 1 when it cannot run, 2 for wrong usage, 78 (EX_CONFIG) for a
 * configuration error. The database or the key set being away is neither: requests are told so, and
 * the worker goes on.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "activity.h"
#include "stockpilot/api/worker.h"
#include "stockpilot/config/configuration.h"
#include "stockpilot/log/log.h"
#include "stockpilot/memory/private_process.h"
#include "stockpilot/parameters/parameters.h"
#include "stockpilot/pool/exchange.h"

extern char **environ;

#define EXIT_USAGE 2

static const char usage[] = "usage: stockpilot-api [--config FILE]\n"
                            "Serves FastCGI on descriptor 0; started by spawn-fcgi.\n"
                            "  --config FILE  read this configuration\n"
                            "  --help         show this\n"
                            "  --version      show the version\n";

static const char *read_arguments(int count, char **arguments)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "help", no_argument, NULL, 'h' },
                                             { "version", no_argument, NULL, 'V' },
                                             { NULL, 0, NULL, 0 } };
    const char *file = NULL;
    int option;
    while ((option = getopt_long(count, arguments, "", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            file = optarg;
            break;
        case 'h':
            fputs(usage, stdout);
            exit(0);
        case 'V':
            puts("stockpilot-api " PACKAGE_VERSION);
            exit(0);
        default:
            fputs(usage, stderr);
            exit(EXIT_USAGE);
        }
    }
    if (optind < count) {
        fputs(usage, stderr);
        exit(EXIT_USAGE);
    }
    return file;
}

static enum error_kind keys_ready(void *context, struct deadline deadline, struct error *error)
{
    return token_verifier_ready(context, deadline, error);
}

static enum error_kind open_images(const struct configuration *configuration,
                                   struct image_storage *images,
                                   struct aws_credential_source **credentials, struct error *error)
{
    *credentials = aws_credential_source_new();
    if (*credentials == NULL) {
        return error_set_cause(error, ERROR_INTERNAL, "no memory for AWS credentials");
    }
    const struct image_storage_settings settings =
        image_storage_settings_of(configuration, *credentials);
    return image_storage_open(&settings, images, error);
}

static enum error_kind open_parts(const struct configuration *configuration,
                                  struct dispatcher *dispatcher, struct error *error)
{
    const struct token_verifier_settings tokens = {
        .issuer = configuration_issuer(configuration),
        .jwks_url = configuration_jwks_url(configuration),
        .client_ids = configuration->cognito_client_id,
        .leeway_seconds = configuration->jwt_leeway_seconds,
        .default_role = strcmp(configuration->default_role, "none") == 0 ? ROLE_NONE : ROLE_VIEWER,
        .cache_name = configuration->jwks_cache_name,
        .allow_plain_http = !configuration_is_production(configuration),
    };
    dispatcher->verifier = token_verifier_new(&tokens, error);
    if (dispatcher->verifier == NULL) {
        return error->kind;
    }
    dispatcher->services.store =
        store_new(configuration->database_url, configuration->request_deadline_ms);
    if (dispatcher->services.store == NULL) {
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the store");
    }
    dispatcher->activity = activity_new(configuration->scoreboard_name);
    if (dispatcher->activity == NULL) {
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the scoreboard");
    }
    dispatcher->services.scoreboard = activity_scoreboard(dispatcher->activity);
    dispatcher->services.keys_ready = keys_ready;
    dispatcher->services.keys_context = dispatcher->verifier;
    return ERROR_NONE;
}

static enum error_kind run(const struct configuration *configuration, struct error *error)
{
    struct image_storage images = { 0 };
    struct aws_credential_source *credentials = NULL;
    const struct exchange_pair exchange = exchange_inherited();
    struct dispatcher dispatcher = { .request_deadline_ms = configuration->request_deadline_ms };
    enum error_kind kind = open_parts(configuration, &dispatcher, error);
    if (kind == ERROR_NONE) {
        kind = open_images(configuration, &images, &credentials, error);
        dispatcher.services.images = &images;
    }
    if (kind == ERROR_NONE) {
        const struct worker_settings settings = {
            .listen_socket = STDIN_FILENO,
            .maximum_connections = (unsigned)configuration->max_kept_connections,
            .pass_to = exchange.pass_to,
            .passed = exchange.passed,
            .dispatcher = &dispatcher,
            .slow_request_ms = configuration->slow_request_ms,
        };
        kind = worker_run(&settings, error);
    }
    image_storage_close(&images);
    aws_credential_source_free(credentials);
    activity_free(dispatcher.activity);
    store_free(dispatcher.services.store);
    token_verifier_free(dispatcher.verifier);
    return kind;
}

int main(int count, char **arguments)
{
    process_keep_private();
    worker_take_signals();
    srandom((unsigned)(getpid() ^ time(NULL)));
    struct configuration configuration;
    const char *file = read_arguments(count, arguments);
    if (!parameters_load_logged(&configuration, file, environ, PARAMETERS_OF_POOL)) {
        return EX_CONFIG;
    }
    struct error error = { 0 };
    enum error_kind kind = run(&configuration, &error);
    if (kind != ERROR_NONE) {
        LOG(LOG_LEVEL_ERROR, "worker_failed", LOG_TEXT("cause", error.cause));
    }
    configuration_free(&configuration);
    return kind == ERROR_NONE ? EXIT_SUCCESS : EXIT_FAILURE;
}
