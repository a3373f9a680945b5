#include "stockpilot/api/dispatch.h"

#include <stdio.h>
#include <string.h>

#include "activity.h"
#include "csv_export.h"
#include "fingerprint.h"
#include "preconditions.h"
#include "stockpilot/http/conditional.h"
#include "stockpilot/http/problem.h"
#include "stockpilot/routes/route_match.h"
#include "stockpilot/store/users_store.h"

/* Everybody may keep an answer, but asks each time whether it is still true. */
#define CACHE_CONTROL "private, no-cache"

/* The user's row is made or refreshed at the first sight of a token in this worker. */
static enum error_kind know_user(struct exchange *exchange, struct principal *principal)
{
    if (principal->user_id[0] != '\0') {
        return ERROR_NONE;
    }
    const struct user_sighting sighting = {
        .subject = principal->subject,
        .name = principal->username[0] != '\0' ? principal->username : NULL,
        .email = principal->email[0] != '\0' ? principal->email : NULL,
        .role = role_name(principal->role),
        .issued_at = principal->issued_at,
    };
    const struct store_request request = exchange_store_request(exchange);
    const char *user_id = NULL;
    enum error_kind kind = users_store_see(&request, &sighting, &user_id);
    if (kind == ERROR_NONE) {
        snprintf(principal->user_id, sizeof principal->user_id, "%s", user_id);
    }
    return kind;
}

/* The database may be another one by now, put back from a copy perhaps: the row is made anew. */
static void forget_user(struct principal *principal)
{
    principal->user_id[0] = '\0';
    principal->noted_at = 0;
}

static enum error_kind check_caller(struct dispatcher *dispatcher, struct exchange *exchange,
                                    const struct route *route, struct principal **principal)
{
    if (route->permission == PERMISSION_PUBLIC) {
        return ERROR_NONE;
    }
    enum error_kind kind =
        token_verifier_check(dispatcher->verifier, exchange->request->authorization,
                             clock_wall_seconds(), exchange->deadline, principal, exchange->error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    exchange->principal = *principal;
    if (!permission_granted(route->permission, (*principal)->role)) {
        return error_set(exchange->error, ERROR_FORBIDDEN, "This takes the role %s.",
                         permission_name(route->permission));
    }
    return ERROR_NONE;
}

static enum error_kind run_handler(struct dispatcher *dispatcher, struct exchange *exchange,
                                   const struct route *route)
{
    return csv_export_wanted(route, exchange->request)
               ? csv_export_begin(exchange, route, dispatcher->activity,
                                  dispatcher->request_deadline_ms)
               : route->handle(exchange);
}

/* What the caller came for also tells the database that they are here, now and then. */
static enum error_kind run_and_note(struct dispatcher *dispatcher, struct exchange *exchange,
                                    const struct route *route, struct principal *principal)
{
    const int64_t now = clock_wall_seconds();
    exchange->note_sighting = principal != NULL && principal_is_to_be_noted(principal, now);
    enum error_kind kind = run_handler(dispatcher, exchange, route);
    if (kind == ERROR_NONE && exchange->note_sighting) {
        principal->noted_at = now;
    }
    return kind;
}

static enum error_kind run_route(struct dispatcher *dispatcher, struct exchange *exchange,
                                 const struct route *route)
{
    struct principal *principal = NULL;
    exchange->required_role = permission_name(route->permission);
    if ((route->demands & DEMANDS_TIME) != 0) {
        exchange->deadline = deadline_after_ms(ROUTE_LONG_MS - exchange->request->waited_ms);
    }
    enum error_kind kind = check_caller(dispatcher, exchange, route, &principal);
    if (kind == ERROR_NONE) {
        kind = precondition_accept(route, exchange->request, exchange->error);
    }
    if (kind == ERROR_NONE) {
        kind = query_parse(exchange->arena, exchange->request->query_string, route->query,
                           &exchange->query, exchange->error);
    }
    if (kind == ERROR_NONE) {
        kind = precondition_body(route, exchange->request, exchange->error);
    }
    if (kind == ERROR_NONE) {
        kind = precondition_demands(route, exchange->request, exchange->error);
    }
    if (kind == ERROR_NONE && (route->demands & DEMANDS_KEY) != 0) {
        kind = fingerprint_make(exchange->arena, exchange->request, &exchange->fingerprint,
                                exchange->error);
    }
    if (kind == ERROR_NONE && principal != NULL) {
        kind = know_user(exchange, principal);
    }
    if (kind == ERROR_NONE) {
        kind = run_and_note(dispatcher, exchange, route, principal);
    }
    if (kind == ERROR_UNAVAILABLE && principal != NULL) {
        forget_user(principal);
    }
    return kind;
}

/* Answers OPTIONS on a known path; nginx adds what CORS needs. */
static void answer_options(struct http_response *response)
{
    response->status = 204;
    response->content_type = NULL;
}

static enum error_kind find_and_run(struct dispatcher *dispatcher, struct exchange *exchange,
                                    struct route_match *match)
{
    const struct http_request *request = exchange->request;
    enum error_kind kind = precondition_request(request, exchange->error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    switch (route_match(request->method, request->path, match)) {
    case ROUTE_NO_PATH:
        return error_set(exchange->error, ERROR_NOT_FOUND, "There is nothing at this address.");
    case ROUTE_OTHER_METHOD:
        if (strcmp(request->method, "OPTIONS") == 0) {
            answer_options(exchange->response);
            return response_add_header(exchange->response, "Allow", match->allow);
        }
        return error_set(exchange->error, ERROR_METHOD_NOT_ALLOWED,
                         "This address has the methods %s.", match->allow);
    case ROUTE_FOUND:
        break;
    }
    activity_route(dispatcher->activity, match->route);
    for (size_t i = 0; i < EXCHANGE_MAX_PARAMETERS; i++) {
        exchange->parameters[i] = match->parameters[i];
    }
    return run_route(dispatcher, exchange, match->route);
}

/* What is true of this moment only has no tag. */
static bool changes_all_the_time(const struct route *route)
{
    return strcmp(route->pattern, "/healthz") == 0 || strcmp(route->pattern, "/readyz") == 0 ||
           strcmp(route->pattern, "/metrics") == 0;
}

/* Tags a success, and turns a repeated read into 304. */
static enum error_kind add_entity_tag(struct exchange *exchange, const struct route *route)
{
    struct http_response *response = exchange->response;
    bool readable = route != NULL && strcmp(route->method, "GET") == 0 && response->status == 200 &&
                    !changes_all_the_time(route) && !csv_export_wanted(route, exchange->request);
    if (!readable && response->version < 0) {
        return ERROR_NONE;
    }
    char etag[ETAG_SIZE];
    size_t length;
    const char *bytes = response_bytes(response, &length);
    etag_make(etag, response->version, bytes, length);
    enum error_kind kind = response_add_header(response, "ETag", etag);
    if (kind == ERROR_NONE && readable) {
        kind = response_add_header(response, "Cache-Control", CACHE_CONTROL);
        if (kind == ERROR_NONE && route->csv != NULL) {
            kind = response_add_header(response, "Vary", "Accept");
        }
        if (etag_none_match(exchange->request->if_none_match, etag)) {
            response->status = 304;
            response->content_type = NULL;
        }
    }
    return kind;
}

/* Neither of these can be passed on if it fails: the answer goes out without the header then. */
static void answer_problem(struct exchange *exchange, const struct route_match *match)
{
    struct http_response *response = exchange->response;
    const struct error *error = exchange->error;
    problem_write(response, error, exchange->request->request_id, exchange->current_json);
    enum error_kind ignored = ERROR_NONE;
    if (error->kind == ERROR_METHOD_NOT_ALLOWED) {
        ignored = response_add_header(response, "Allow", match->allow);
    }
    if (error->kind == ERROR_STALE && exchange->current_json != NULL) {
        char etag[ETAG_SIZE];
        etag_make(etag, exchange->current_version, exchange->current_json,
                  strlen(exchange->current_json));
        ignored = response_add_header(response, "ETag", etag);
    }
    (void)ignored;
}

void dispatch(struct dispatcher *dispatcher, struct arena *arena,
              const struct http_request *request, struct http_response *response,
              struct dispatch_result *result)
{
    struct error error = { 0 };
    struct exchange exchange = {
        .services = &dispatcher->services,
        .arena = arena,
        .request = request,
        .response = response,
        .deadline = deadline_after_ms(dispatcher->request_deadline_ms - request->waited_ms),
        .error = &error,
    };
    struct route_match match = { 0 };
    response_init(response, arena);
    enum error_kind kind = find_and_run(dispatcher, &exchange, &match);
    if (kind == ERROR_NONE) {
        kind = add_entity_tag(&exchange, match.route);
    }
    if (kind != ERROR_NONE) {
        /* Some functions have nothing to say beyond their kind. */
        error.kind = kind;
        answer_problem(&exchange, &match);
    }
    *result = (struct dispatch_result){
        .route = match.route,
        .kind = kind,
        .subject = exchange.principal != NULL ? exchange.principal->subject : NULL,
    };
    memcpy(result->cause, error.cause, sizeof result->cause);
}
