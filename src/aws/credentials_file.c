#include "credentials_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "credential_setting.h"

#define MAX_PATH_LENGTH 4096
#define MAX_LINE 8192

static bool file_name(char *name, size_t size)
{
    const char *given = credential_variable("AWS_SHARED_CREDENTIALS_FILE");
    const char *home = credential_variable("HOME");
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
        return credential_keep(found->access_key_id, sizeof found->access_key_id, value);
    }
    if (strcasecmp(name, "aws_secret_access_key") == 0) {
        return credential_keep(found->secret_access_key, sizeof found->secret_access_key, value);
    }
    if (strcasecmp(name, "aws_session_token") == 0) {
        return credential_keep(found->session_token, sizeof found->session_token, value);
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

/* What a profile is worth that was asked for by nobody, or by name (`asked`). */
static enum error_kind judge(const struct aws_credentials *found, bool has_profile,
                             const char *name, const char *asked, struct error *error)
{
    const char *profile = asked != NULL ? asked : "default";
    bool has_id = found->access_key_id[0] != '\0';
    bool has_secret = found->secret_access_key[0] != '\0';
    if (has_id && has_secret) {
        return ERROR_NONE;
    }
    if (asked == NULL && !has_id && !has_secret) {
        return ERROR_NOT_FOUND;
    }
    if (!has_profile) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "%s has no profile \"%s\"", name, profile);
    }
    return error_set_cause(error, ERROR_UNAVAILABLE,
                           "%s: the profile \"%s\" lacks aws_access_key_id or "
                           "aws_secret_access_key",
                           name, profile);
}

static enum error_kind read_file(FILE *file, const char *name, struct aws_credentials *found,
                                 struct error *error)
{
    const char *asked = credential_variable("AWS_PROFILE");
    bool has_profile = false;
    if (!read_profile(file, asked != NULL ? asked : "default", found, &has_profile)) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "%s cannot be read", name);
    }
    return judge(found, has_profile, name, asked, error);
}

/* `why` is errno's. */
static enum error_kind not_opened(const char *name, int why, struct error *error)
{
    bool hidden = why == EACCES && credential_variable("AWS_SHARED_CREDENTIALS_FILE") == NULL;
    bool absent = why == ENOENT || why == ENOTDIR || hidden;
    if (absent && credential_variable("AWS_PROFILE") == NULL) {
        return ERROR_NOT_FOUND;
    }
    return error_set_cause(error, ERROR_UNAVAILABLE, "no AWS credentials: %s: %s", name,
                           strerror(why));
}

enum error_kind credentials_file_read(struct aws_credentials *found,
                                      struct credentials_file_state *state, struct error *error)
{
    char name[MAX_PATH_LENGTH];
    struct stat about;
    if (!file_name(name, sizeof name)) {
        return ERROR_NOT_FOUND;
    }
    FILE *file = fopen(name, "re");
    if (file == NULL) {
        return not_opened(name, errno, error);
    }
    /* What is read now is at least as new as this. */
    bool seen = fstat(fileno(file), &about) == 0;
    enum error_kind kind =
        seen ? read_file(file, name, found, error)
             : error_set_cause(error, ERROR_UNAVAILABLE, "%s: %s", name, strerror(errno));
    fclose(file);
    if (kind == ERROR_NONE) {
        *state = (struct credentials_file_state){ about.st_mtim, about.st_ino };
    }
    return kind;
}

bool credentials_file_is_unchanged(const struct credentials_file_state *state)
{
    char name[MAX_PATH_LENGTH];
    struct stat about;
    return file_name(name, sizeof name) && stat(name, &about) == 0 &&
           about.st_ino == state->number && about.st_mtim.tv_sec == state->changed.tv_sec &&
           about.st_mtim.tv_nsec == state->changed.tv_nsec;
}
