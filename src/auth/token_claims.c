#include "stockpilot/auth/token_claims.h"

#include <stdbool.h>
#include <string.h>

#define LATEST_TIME INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static enum error_kind refuse(struct error *error, const char *claim, const char *why)
{
    return error_set_cause(error, ERROR_INVALID_TOKEN, "claim %s %s", claim, why);
}

static bool is_exactly(const struct json_value *value, const char *expected)
{
    const char *text = json_string(value);
    return text != NULL && strcmp(text, expected) == 0;
}

static bool is_listed(const char *list, const char *id)
{
    size_t wanted = strlen(id);
    while (*list != '\0') {
        size_t length = strcspn(list, ",");
        const char *item = list + strspn(list, " ");
        const char *end = list + length;
        while (end > item && end[-1] == ' ') {
            end--;
        }
        if (item < end && (size_t)(end - item) == wanted && memcmp(item, id, wanted) == 0) {
            return true;
        }
        list += length + (list[length] == ',');
    }
    return false;
}

static bool is_printable(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return false;
        }
    }
    return true;
}

/* Copies a text that fits into size and has no control characters. */
static bool read_text(const struct json_value *value, char *text, size_t size)
{
    const char *string = json_string(value);
    size_t length = string != NULL ? strlen(string) : size;
    if (length >= size || !is_printable(string)) {
        return false;
    }
    memcpy(text, string, length + 1);
    return true;
}

static bool read_time(const struct json_value *value, int64_t *seconds)
{
    int64_t read;
    if (!json_integer(value, &read) || read < 1 || read > LATEST_TIME) {
        return false;
    }
    *seconds = read;
    return true;
}

/* A string or an array of strings. */
static bool is_texts(const struct json_value *value, bool lone_text_too)
{
    if (json_is_string(value)) {
        return lone_text_too;
    }
    if (!json_is_array(value)) {
        return false;
    }
    for (const struct json_value *v = json_first(value); v != NULL; v = json_next(v)) {
        if (!json_is_string(v)) {
            return false;
        }
    }
    return true;
}

static enum error_kind read_times(const struct json_value *payload, int leeway, int64_t now,
                                  struct token_claims *claims, struct error *error)
{
    int64_t expires, issued, not_before = 1;
    const struct json_value *nbf = json_member(payload, "nbf");
    if (!read_time(json_member(payload, "exp"), &expires)) {
        return refuse(error, "exp", "is not a time");
    }
    if (!read_time(json_member(payload, "iat"), &issued)) {
        return refuse(error, "iat", "is not a time");
    }
    if (nbf != NULL && !read_time(nbf, &not_before)) {
        return refuse(error, "nbf", "is not a time");
    }
    claims->principal.issued_at = issued;
    claims->principal.expires_at = expires;
    claims->valid_until = expires + leeway;
    claims->valid_from = (issued > not_before ? issued : not_before) - leeway;
    if (now >= claims->valid_until) {
        return refuse(error, "exp", "is past");
    }
    if (now < claims->valid_from) {
        return refuse(error, "iat or nbf", "is to come");
    }
    return ERROR_NONE;
}

/* Who made it, for what, for whom. */
static enum error_kind check_purpose(const struct json_value *payload,
                                     const struct claim_rules *rules, struct error *error)
{
    const char *client = json_string(json_member(payload, "client_id"));
    if (!is_exactly(json_member(payload, "iss"), rules->issuer)) {
        return refuse(error, "iss", "is not our pool");
    }
    if (!is_exactly(json_member(payload, "token_use"), "access")) {
        return refuse(error, "token_use", "is not access");
    }
    if (client == NULL || !is_listed(rules->client_ids, client)) {
        return refuse(error, "client_id", "is not one of ours");
    }
    return ERROR_NONE;
}

/* Not used here, but a token in which they are of another type is not a well-made one. */
static enum error_kind check_unused(const struct json_value *payload, struct error *error)
{
    static const char *const texts[] = { "scope", "jti" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct json_value *value = json_member(payload, texts[i]);
        if (value != NULL && !json_is_string(value)) {
            return refuse(error, texts[i], "is not a text");
        }
    }
    const struct json_value *audience = json_member(payload, "aud");
    if (audience != NULL && !is_texts(audience, true)) {
        return refuse(error, "aud", "is neither a text nor texts");
    }
    return ERROR_NONE;
}

static enum error_kind read_groups(const struct json_value *groups, const struct claim_rules *rules,
                                   enum role *role, struct error *error)
{
    enum role highest = ROLE_NONE;
    if (groups != NULL && !is_texts(groups, false)) {
        return refuse(error, "cognito:groups", "is not an array of texts");
    }
    for (const struct json_value *v = json_first(groups); v != NULL; v = json_next(v)) {
        for (enum role known = ROLE_VIEWER; known <= ROLE_ADMIN; known++) {
            if (known > highest && is_exactly(v, role_name(known))) {
                highest = known;
            }
        }
    }
    *role = highest != ROLE_NONE ? highest : rules->default_role;
    return ERROR_NONE;
}

static enum error_kind read_person(const struct json_value *payload, struct principal *principal,
                                   struct error *error)
{
    const struct json_value *username = json_member(payload, "username");
    const struct json_value *email = json_member(payload, "email");
    if (!read_text(json_member(payload, "sub"), principal->subject, sizeof principal->subject) ||
        principal->subject[0] == '\0') {
        return refuse(error, "sub", "is missing, empty, too long or not printable");
    }
    if (username != NULL && !read_text(username, principal->username, sizeof principal->username)) {
        return refuse(error, "username", "is not a printable text of that length");
    }
    if (email != NULL && !read_text(email, principal->email, sizeof principal->email)) {
        return refuse(error, "email", "is not a printable text of that length");
    }
    return ERROR_NONE;
}

enum error_kind token_claims_read(const struct json_value *payload, const struct claim_rules *rules,
                                  int64_t now, struct token_claims *claims, struct error *error)
{
    struct token_claims read = { 0 };
    enum error_kind kind = check_purpose(payload, rules, error);
    if (kind == ERROR_NONE) {
        kind = read_times(payload, rules->leeway_seconds, now, &read, error);
    }
    if (kind == ERROR_NONE) {
        kind = check_unused(payload, error);
    }
    if (kind == ERROR_NONE) {
        kind = read_person(payload, &read.principal, error);
    }
    if (kind == ERROR_NONE) {
        kind =
            read_groups(json_member(payload, "cognito:groups"), rules, &read.principal.role, error);
    }
    if (kind == ERROR_NONE) {
        *claims = read;
    }
    return kind;
}
