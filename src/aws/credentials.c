#include "stockpilot/aws/credentials.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_PATH_LENGTH 4096
#define MAX_LINE 8192

struct aws_credential_source {
    struct aws_credentials credentials;
    bool known;
    bool from_file;
    struct timespec file_changed; /* what the file was when it was read */
    ino_t file_number;
};

struct aws_credential_source *aws_credential_source_new(void)
{
    return calloc(1, sizeof(struct aws_credential_source));
}

void aws_credential_source_free(struct aws_credential_source *source)
{
    if (source != NULL) {
        explicit_bzero(source, sizeof *source);
        free(source);
    }
}

void aws_credentials_distrust(struct aws_credential_source *source)
{
    source->known = false;
}

static bool keep(char *into, size_t size, const char *text)
{
    size_t length = strlen(text);
    if (length >= size) {
        return false;
    }
    memcpy(into, text, length + 1);
    return true;
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* ERROR_NOT_FOUND when the environment has nothing to say. */
static enum error_kind read_environment(struct aws_credentials *found, struct error *error)
{
    const char *id = variable("AWS_ACCESS_KEY_ID");
    const char *secret = variable("AWS_SECRET_ACCESS_KEY");
    const char *token = variable("AWS_SESSION_TOKEN");
    if (id == NULL && secret == NULL) {
        return ERROR_NOT_FOUND;
    }
    if (id == NULL || secret == NULL) {
        return error_set_cause(error, ERROR_UNAVAILABLE,
                               "of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set");
    }
    if (!keep(found->access_key_id, sizeof found->access_key_id, id) ||
        !keep(found->secret_access_key, sizeof found->secret_access_key, secret) ||
        !keep(found->session_token, sizeof found->session_token, token != NULL ? token : "")) {
        return error_set_cause(error, ERROR_UNAVAILABLE,
                               "the AWS credentials in the environment are too long");
    }
    return ERROR_NONE;
}

static bool file_name(char *name, size_t size)
{
    const char *given = variable("AWS_SHARED_CREDENTIALS_FILE");
    const char *home = variable("HOME");
    int length = given != NULL  ? snprintf(name, size, "%s", given)
                 : home != NULL ? snprintf(name, size, "%s/.aws/credentials", home)
                                : -1;
    return length >= 0 && (size_t)length < size;
}

static char *trimmed(char *text)
{
    text += strspn(text, " \t\r\n");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL) {
        text[--length] = '\0';
    }
    return text;
}

/* "[name]", also "[ name ]"; NULL: it is no section. */
static char *section_name(char *line)
{
    size_t length = strlen(line);
    if (length < 2 || line[0] != '[' || line[length - 1] != ']') {
        return NULL;
    }
    line[length - 1] = '\0';
    return trimmed(line + 1);
}

/* false: a value is longer than any that AWS makes. */
static bool take_setting(struct aws_credentials *found, char *line)
{
    char *equals = strchr(line, '=');
    if (equals == NULL) {
        return true;
    }
    *equals = '\0';
    const char *name = trimmed(line);
    const char *value = trimmed(equals + 1);
    if (strcasecmp(name, "aws_access_key_id") == 0) {
        return keep(found->access_key_id, sizeof found->access_key_id, value);
    }
    if (strcasecmp(name, "aws_secret_access_key") == 0) {
        return keep(found->secret_access_key, sizeof found->secret_access_key, value);
    }
    if (strcasecmp(name, "aws_session_token") == 0) {
        return keep(found->session_token, sizeof found->session_token, value);
    }
    return true;
}

/* The settings of one profile. A comment is a line that begins with '#' or ';'; a line that is
 * indented belongs to the setting above it, of another kind than ours. */
static bool read_profile(FILE *file, const char *profile, struct aws_credentials *found,
                         bool *has_profile)
{
    char line[MAX_LINE];
    bool inside = false;
    bool readable = true;
    while (readable && fgets(line, sizeof line, file) != NULL) {
        char *text = trimmed(line);
        bool indented = line[0] == ' ' || line[0] == '\t';
        if (text[0] == '\0' || text[0] == '#' || text[0] == ';' || (indented && text[0] != '[')) {
            continue;
        }
        char *section = section_name(text);
        if (section != NULL) {
            inside = strcmp(section, profile) == 0;
            *has_profile = *has_profile || inside;
        } else if (inside) {
            readable = take_setting(found, text);
        }
    }
    explicit_bzero(line, sizeof line);
    return readable && !ferror(file);
}

static enum error_kind read_file(FILE *file, const char *name, struct aws_credentials *found,
                                 struct error *error)
{
    const char *profile = variable("AWS_PROFILE");
    bool has_profile = false;
    profile = profile != NULL ? profile : "default";
    if (!read_profile(file, profile, found, &has_profile)) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "%s cannot be read", name);
    }
    if (!has_profile) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "%s has no profile \"%s\"", name, profile);
    }
    if (found->access_key_id[0] == '\0' || found->secret_access_key[0] == '\0') {
        return error_set_cause(error, ERROR_UNAVAILABLE,
                               "%s: the profile \"%s\" lacks aws_access_key_id or "
                               "aws_secret_access_key",
                               name, profile);
    }
    return ERROR_NONE;
}

static enum error_kind open_and_read(struct aws_credential_source *source,
                                     struct aws_credentials *found, struct error *error)
{
    char name[MAX_PATH_LENGTH];
    struct stat about;
    if (!file_name(name, sizeof name)) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "there are no AWS credentials");
    }
    FILE *file = fopen(name, "re");
    if (file == NULL) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "no AWS credentials: %s: %s", name,
                               strerror(errno));
    }
    /* What is read now is at least as new as this. */
    bool seen = fstat(fileno(file), &about) == 0;
    enum error_kind kind =
        seen ? read_file(file, name, found, error)
             : error_set_cause(error, ERROR_UNAVAILABLE, "%s: %s", name, strerror(errno));
    fclose(file);
    if (kind == ERROR_NONE) {
        source->file_changed = about.st_mtim;
        source->file_number = about.st_ino;
    }
    return kind;
}

static bool file_is_the_same(const struct aws_credential_source *source)
{
    char name[MAX_PATH_LENGTH];
    struct stat about;
    return file_name(name, sizeof name) && stat(name, &about) == 0 &&
           about.st_ino == source->file_number &&
           about.st_mtim.tv_sec == source->file_changed.tv_sec &&
           about.st_mtim.tv_nsec == source->file_changed.tv_nsec;
}

enum error_kind aws_credentials_get(struct aws_credential_source *source,
                                    const struct aws_credentials **credentials, struct error *error)
{
    if (!source->known || (source->from_file && !file_is_the_same(source))) {
        struct aws_credentials found = { { 0 }, { 0 }, { 0 } };
        enum error_kind kind = read_environment(&found, error);
        bool from_file = kind == ERROR_NOT_FOUND;
        if (from_file) {
            kind = open_and_read(source, &found, error);
        }
        if (kind == ERROR_NONE) {
            source->credentials = found;
            source->from_file = from_file;
        }
        source->known = kind == ERROR_NONE;
        explicit_bzero(&found, sizeof found);
        if (kind != ERROR_NONE) {
            return kind;
        }
    }
    *credentials = &source->credentials;
    return ERROR_NONE;
}
