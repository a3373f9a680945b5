#include "stockpilot/config/database_url.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define NO_SCHEME "does not begin with postgresql:// or postgres://"
#define BAD_ESCAPE "has a '%' that two hexadecimal digits do not follow, or %00"
#define BAD_CHARACTER "has a space or another character that must be written as %XX"
#define MANY_AT "has more than one '@' before the database name"
#define BAD_HOST "has no valid host, or a port that is not in 1 to 65535"
#define NO_DATABASE "names no database"
#define BAD_PARAMETER "has a parameter behind '?' that is not name=value"
#define PRISMA_PARAMETER "has a parameter of Prisma's that PostgreSQL's own library does not know"

struct span {
    const char *start;
    const char *end;
};

static bool is_empty(struct span span)
{
    return span.start == span.end;
}

static const char *find(struct span span, char c)
{
    return memchr(span.start, c, (size_t)(span.end - span.start));
}

/* Cuts the part before the first of `c` off *rest; all of it when there is none. */
static struct span cut(struct span *rest, char c, bool *found)
{
    const char *at = find(*rest, c);
    struct span part = { rest->start, at ? at : rest->end };

    *found = at != NULL;
    rest->start = at ? at + 1 : rest->end;
    return part;
}

static const char *check_characters(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '%') {
            if (!isxdigit((unsigned char)text[1]) || !isxdigit((unsigned char)text[2]) ||
                (text[1] == '0' && text[2] == '0')) {
                return BAD_ESCAPE;
            }
        } else if (*text == ' ' || *text == '#') {
            return BAD_CHARACTER;
        }
    }
    return NULL;
}

static bool port_is_valid(struct span port)
{
    if (port.end - port.start > 5) {
        return false;
    }
    int number = 0;
    for (const char *digit = port.start; digit < port.end; digit++) {
        if (!isdigit((unsigned char)*digit)) {
            return false;
        }
        number = number * 10 + (*digit - '0');
    }
    return is_empty(port) || (number >= 1 && number <= 65535);
}

/* host, host:port, [address]:port, a directory as %2F…, or nothing. */
static bool host_is_valid(struct span host)
{
    bool found;

    if (!is_empty(host) && *host.start == '[') {
        const struct span address = cut(&host, ']', &found);
        if (!found || address.end - address.start < 3) {
            return false;
        }
        if (is_empty(host)) {
            return true;
        }
        host.start++;
        return host.start[-1] == ':' && port_is_valid(host);
    }
    (void)cut(&host, ':', &found);
    return port_is_valid(host);
}

static const char *check_hosts(struct span hosts)
{
    bool more;

    do {
        if (!host_is_valid(cut(&hosts, ',', &more))) {
            return BAD_HOST;
        }
    } while (more);
    return NULL;
}

static const char *check_authority(struct span authority)
{
    const char *at = find(authority, '@');

    if (at == NULL) {
        return check_hosts(authority);
    }
    authority.start = at + 1;
    return find(authority, '@') ? MANY_AT : check_hosts(authority);
}

static bool is_named(struct span name, const char *text)
{
    const size_t length = (size_t)(name.end - name.start);
    return strlen(text) == length && memcmp(name.start, text, length) == 0;
}

/* What URLs of the former backend have and libpq refuses. */
static bool is_of_prisma(struct span name)
{
    static const char *const names[] = { "schema",         "connection_limit",    "pool_timeout",
                                         "socket_timeout", "pgbouncer",           "sslaccept",
                                         "sslidentity",    "statement_cache_size" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (is_named(name, names[i])) {
            return true;
        }
    }
    return false;
}

static const char *check_parameters(struct span parameters, bool *names_database)
{
    bool more;
    bool has_value;

    do {
        struct span value = cut(&parameters, '&', &more);
        const struct span name = cut(&value, '=', &has_value);
        if (!has_value || is_empty(name)) {
            return BAD_PARAMETER;
        }
        if (is_of_prisma(name)) {
            return PRISMA_PARAMETER;
        }
        if (is_named(name, "dbname") && !is_empty(value)) {
            *names_database = true;
        }
    } while (more);
    return NULL;
}

static const char *after_scheme(const char *text)
{
    static const char *const schemes[] = { "postgresql://", "postgres://" };

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        if (strncmp(text, schemes[i], strlen(schemes[i])) == 0) {
            return text + strlen(schemes[i]);
        }
    }
    return NULL;
}

/* authority[/path][?parameters] */
struct parts {
    struct span authority;
    struct span path;
    struct span parameters;
    bool has_parameters;
};

static struct parts parts_of(const char *start)
{
    struct parts parts = { .parameters = { start, start + strlen(start) } };
    bool has_path;

    parts.path = cut(&parts.parameters, '?', &parts.has_parameters);
    parts.authority = cut(&parts.path, '/', &has_path);
    return parts;
}

const char *syntax_database_url(const char *text)
{
    const char *start = after_scheme(text);
    if (start == NULL) {
        return NO_SCHEME;
    }
    const char *wrong = check_characters(start);
    if (wrong != NULL) {
        return wrong;
    }
    const struct parts parts = parts_of(start);
    bool names_database = !is_empty(parts.path);

    wrong = check_authority(parts.authority);
    if (wrong == NULL && parts.has_parameters) {
        wrong = check_parameters(parts.parameters, &names_database);
    }
    if (wrong == NULL && !names_database) {
        wrong = NO_DATABASE;
    }
    return wrong;
}

bool database_url_has_password(const char *url)
{
    struct parts parts = parts_of(after_scheme(url));
    bool found;
    bool more = parts.has_parameters;
    struct span user = cut(&parts.authority, '@', &found);

    if (found && find(user, ':') != NULL) {
        return true;
    }
    while (more) {
        struct span value = cut(&parts.parameters, '&', &more);
        if (is_named(cut(&value, '=', &found), "password")) {
            return true;
        }
    }
    return false;
}

const char *database_url_with_password(struct arena *arena, const char *url, const char *password)
{
    static const char digits[] = "0123456789ABCDEF";
    char *escaped = arena_alloc(arena, 3 * strlen(password) + 1);
    if (escaped == NULL) {
        return NULL;
    }
    char *end = escaped;
    for (; *password != '\0'; password++) {
        const unsigned char byte = (unsigned char)*password;
        if (isalnum(byte)) {
            *end++ = *password;
        } else {
            *end++ = '%';
            *end++ = digits[byte >> 4];
            *end++ = digits[byte & 15];
        }
    }
    *end = '\0';
    /* libpq takes it as a parameter as well, in a URL without a user too. */
    return arena_printf(arena, "%s%cpassword=%s", url, strchr(url, '?') ? '&' : '?', escaped);
}
