#include "stockpilot/config/option_syntax.h"

#include <string.h>

#include "stockpilot/text/utf8.h"

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define WORD DIGITS LOWER UPPER "_"

/* text is 1 to `most` characters, all of them in `allowed`. */
static bool consists_of(const char *text, const char *allowed, size_t most)
{
    const size_t length = strlen(text);
    return length > 0 && length <= most && strspn(text, allowed) == length;
}

static bool has_control_characters(const char *text)
{
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7f) {
            return true;
        }
    }
    return false;
}

const char *syntax_text(const char *text)
{
    if (!utf8_is_valid(text, strlen(text))) {
        return "is not UTF-8";
    }
    return has_control_characters(text) ? "contains control characters" : NULL;
}

const char *syntax_path(const char *text)
{
    return text[0] == '/' ? NULL : "is not an absolute path";
}

bool web_url_is_https(const char *url)
{
    return strncmp(url, "https://", strlen("https://")) == 0;
}

/* The first character behind a dot-separated name of letters, digits and '-'; text itself when
 * there is none. */
static const char *skip_host_name(const char *text)
{
    const size_t length = strspn(text, DIGITS LOWER UPPER "-.");
    if (length == 0 || length > 253 || strchr(".-", text[0]) || strchr(".-", text[length - 1])) {
        return text;
    }
    const char *doubled = strstr(text, "..");
    return doubled && doubled < text + length ? text : text + length;
}

/* Likewise for an IPv6 address in brackets. */
static const char *skip_bracketed_address(const char *text)
{
    if (text[0] != '[') {
        return text;
    }
    const size_t length = strspn(text + 1, DIGITS "abcdefABCDEF:.");
    return length >= 2 && text[1 + length] == ']' ? text + length + 2 : text;
}

static const char *skip_port(const char *text)
{
    if (text[0] != ':') {
        return text;
    }
    const size_t digits = strspn(text + 1, DIGITS);
    return digits >= 1 && digits <= 5 ? text + 1 + digits : text;
}

const char *syntax_web_url(const char *text)
{
    const char *host;
    if (web_url_is_https(text)) {
        host = text + strlen("https://");
    } else if (strncmp(text, "http://", strlen("http://")) == 0) {
        host = text + strlen("http://");
    } else {
        return "does not begin with https:// or http://";
    }
    const char *end = *host == '[' ? skip_bracketed_address(host) : skip_host_name(host);
    if (end == host) {
        return "has no valid host name";
    }
    end = skip_port(end);
    if (*end != '\0' && *end != '/') {
        return "has something other than a port or a path behind the host name";
    }
    if (end[strcspn(end, "?# \"<>\\^`{|}")] != '\0') {
        return "has characters in its path that do not belong there";
    }
    return text[strlen(text) - 1] == '/' ? "ends with '/'" : NULL;
}

const char *syntax_web_address(const char *text)
{
    if (text[0] != '/') {
        return syntax_web_url(text);
    }
    if (text[1] == '/' || text[strcspn(text, "?# \"<>\\^`{|}")] != '\0') {
        return "is not an absolute path on this site";
    }
    return text[strlen(text) - 1] == '/' ? "ends with '/'" : NULL;
}

const char *syntax_aws_region(const char *text)
{
    static const char wrong[] = "is not the name of an AWS region";

    if (!consists_of(text, LOWER DIGITS "-", 32)) {
        return wrong;
    }
    const char *number = strrchr(text, '-');
    if (number == NULL || strspn(text, LOWER) != 2 || text[2] != '-' || number < text + 4) {
        return wrong;
    }
    if (strspn(text, LOWER "-") != (size_t)(number + 1 - text) || strstr(text, "--")) {
        return wrong;
    }
    return consists_of(number + 1, DIGITS, 2) ? NULL : wrong;
}

const char *syntax_user_pool_id(const char *text)
{
    return consists_of(text, WORD "-", 55) ? NULL : "is not the id of a user pool";
}

const char *syntax_client_ids(const char *text)
{
    static const char wrong[] = "is not a list of app client ids";

    for (;;) {
        const size_t length = strspn(text, WORD "-+.");
        if (length == 0 || length > 128) {
            return wrong;
        }
        text += length;
        if (*text == '\0') {
            return NULL;
        }
        if (*text++ != ',') {
            return wrong;
        }
    }
}

const char *syntax_shm_name(const char *text)
{
    const bool right = text[0] == '/' && text[1] != '.' && consists_of(text + 1, WORD "-.", 200);
    return right ? NULL : "is not a name for shared memory";
}

const char *syntax_s3_bucket(const char *text)
{
    const size_t length = strlen(text);
    if (length < 3 || !consists_of(text, LOWER DIGITS "-.", 63) ||
        skip_host_name(text)[0] != '\0') {
        return "is not the name of an S3 bucket";
    }
    return NULL;
}

const char *syntax_host(const char *text)
{
    const char *end = skip_host_name(text);
    return end != text && *skip_port(end) == '\0' ? NULL : "is not a host name alone";
}

/* Goes behind the next ':' when the part before it has only characters of `allowed`; else NULL. */
static const char *skip_arn_part(const char *text, const char *allowed)
{
    if (text == NULL) {
        return NULL;
    }
    const size_t length = strspn(text, allowed);
    return length > 0 && text[length] == ':' ? text + length + 1 : NULL;
}

const char *syntax_sns_topic_arn(const char *text)
{
    static const char wrong[] = "is not the ARN of an SNS topic";

    if (strncmp(text, "arn:aws", strlen("arn:aws")) != 0) {
        return wrong;
    }
    const char *service = skip_arn_part(text + strlen("arn:"), LOWER "-");
    if (service == NULL || strncmp(service, "sns:", strlen("sns:")) != 0) {
        return wrong;
    }
    const char *account = skip_arn_part(service + strlen("sns:"), LOWER DIGITS "-");
    const char *name = skip_arn_part(account, DIGITS);
    if (name == NULL || name - account != 13) {
        return wrong;
    }
    return consists_of(name, WORD "-.", 256) ? NULL : wrong;
}

const char *syntax_parameter_path(const char *text)
{
    size_t levels = 0;
    for (const char *c = text; *c != '\0'; c++) {
        levels += *c == '/';
    }
    const bool named = text[0] == '/' && strstr(text, "//") == NULL &&
                       text[strlen(text) - 1] != '/' && levels <= 15;
    return named && consists_of(text, WORD "-./", 1011) ? NULL : "is not a path of Parameter Store";
}
