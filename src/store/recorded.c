#include "recorded.h"

#include <string.h>

#include "stockpilot/text/decimal.h"

static const char *const problems[] = {
    [REFUSAL_UNKNOWN] = "unknown",   [REFUSAL_ARCHIVED] = "archived",
    [REFUSAL_SHORTAGE] = "shortage", [REFUSAL_STALE] = "stale",
    [REFUSAL_REVERSED] = "reversed", [REFUSAL_IRREVERSIBLE] = "irreversible",
};

#define PROBLEM_COUNT (sizeof problems / sizeof *problems)

static bool refusal_from_row(const PGresult *result, int row, struct refusal *refusal)
{
    const char *problem = result_text(result, row, 1);
    const char *line = result_text(result, row, 2);
    int64_t number = 0;
    size_t known = 0;
    while (known < PROBLEM_COUNT && (problem == NULL || strcmp(problems[known], problem) != 0)) {
        known++;
    }
    if (known == PROBLEM_COUNT ||
        (line != NULL && (!decimal_parse_integer(line, strlen(line), &number) || number < 0))) {
        return false;
    }
    *refusal = (struct refusal){
        .problem = (enum refusal_problem)known,
        .line = (size_t)number,
        .product_id = result_text(result, row, 3),
        .product_name = result_text(result, row, 4),
        .quantity = result_text(result, row, 5),
        .available = result_text(result, row, 6),
        .expected = result_text(result, row, 7),
        .movement_id = result_text(result, row, 8),
    };
    return true;
}

static enum error_kind read_refusals(const struct store_request *request, const PGresult *result,
                                     struct refusals *refusals)
{
    size_t count = (size_t)PQntuples(result);
    struct refusal *items = arena_array(request->arena, count, sizeof *items);
    if (items == NULL) {
        return store_no_memory(request);
    }
    for (size_t i = 0; i < count; i++) {
        if (!refusal_from_row(result, (int)i, &items[i])) {
            return error_set_cause(request->error, ERROR_INTERNAL, "a refusal of no known kind");
        }
    }
    *refusals = (struct refusals){ count, items };
    return ERROR_CONFLICT;
}

enum error_kind recorded_run(const struct store_request *request, const struct call *call,
                             const PGresult **result, bool *replayed, struct refusals *refusals)
{
    enum error_kind kind = pipeline_write_once(request, call, result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const char *outcome = PQntuples(*result) > 0 ? result_text(*result, 0, 0) : "";
    if (strcmp(outcome, "refused") == 0) {
        return read_refusals(request, *result, refusals);
    }
    if (strcmp(outcome, "unknown") == 0) {
        return ERROR_NOT_FOUND;
    }
    *replayed = strcmp(outcome, "replayed") == 0;
    if (!*replayed && strcmp(outcome, "made") != 0) {
        return error_set_cause(request->error, ERROR_INTERNAL, "%s ended in no known way",
                               call->statement->name);
    }
    return ERROR_NONE;
}
