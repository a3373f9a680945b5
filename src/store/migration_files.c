#include "stockpilot/store/migration_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "stockpilot/text/utf8.h"

bool migration_fail(struct migration_failure *failure, const char *file, const char *format, ...)
{
    va_list arguments;

    *failure = (struct migration_failure){ .line = 0 };
    snprintf(failure->file, sizeof failure->file, "%s", file);
    va_start(arguments, format);
    vsnprintf(failure->fact, sizeof failure->fact, format, arguments);
    va_end(arguments);
    return false;
}

static bool ends_with_sql(const char *name)
{
    const size_t length = strlen(name);
    return length >= 4 && strcmp(name + length - 4, ".sql") == 0;
}

/* The number of NNNN_name.sql; 0 for a name of another form. */
static int version_of(const char *name)
{
    static const char in_names[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    int version = 0;

    for (int i = 0; i < 4; i++) {
        if (name[i] < '0' || name[i] > '9') {
            return 0;
        }
        version = version * 10 + (name[i] - '0');
    }
    const size_t length = strlen(name);
    const bool fits = name[4] == '_' && length > 9 && length < MIGRATION_NAME_SIZE;
    return fits && strspn(name + 4, in_names) == length - 8 ? version : 0;
}

static bool checksum(const char *bytes, size_t length, char hex[MIGRATION_CHECKSUM_SIZE])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;

    if (EVP_Digest(bytes, length, digest, &size, EVP_sha256(), NULL) != 1 || size != 32) {
        return false;
    }
    for (unsigned int i = 0; i < size; i++) {
        snprintf(hex + (size_t)2 * i, 3, "%02x", digest[i]);
    }
    return true;
}

static bool read_exactly(int descriptor, char *bytes, size_t length)
{
    size_t done = 0;

    while (done < length) {
        const ssize_t more = read(descriptor, bytes + done, length - done);
        if (more > 0) {
            done += (size_t)more;
        } else if (more == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

static bool read_open_file(int descriptor, struct migration_file *file,
                           struct migration_failure *failure)
{
    struct stat status;

    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size > (off_t)MIGRATION_MAX_BYTES) {
        return migration_fail(failure, file->name, "is not a file of at most 4 MB");
    }
    const size_t length = (size_t)status.st_size;
    file->sql = calloc(length + 1, 1);
    if (file->sql == NULL || !read_exactly(descriptor, file->sql, length)) {
        return migration_fail(failure, file->name, "cannot be read");
    }
    if (strlen(file->sql) != length || !utf8_is_valid(file->sql, length)) {
        return migration_fail(failure, file->name, "is not UTF-8 text");
    }
    if (!checksum(file->sql, length, file->checksum)) {
        return migration_fail(failure, file->name, "cannot be hashed");
    }
    return true;
}

static bool read_file(int directory, struct migration_file *file, struct migration_failure *failure)
{
    const int descriptor = openat(directory, file->name, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (descriptor < 0) {
        return migration_fail(failure, file->name, "cannot be opened: %s", strerror(errno));
    }
    const bool done = read_open_file(descriptor, file, failure);
    close(descriptor);
    return done;
}

static bool add_file(struct migration_files *files, const char *name,
                     struct migration_failure *failure)
{
    const int version = version_of(name);

    if (version == 0) {
        (void)migration_fail(failure, name, "is not named NNNN_name.sql");
        snprintf(failure->hint, sizeof failure->hint,
                 "Four digits from 0001 on, then '_' and lower-case letters, digits or '_'.");
        return false;
    }
    struct migration_file *items =
        reallocarray(files->items, files->count + 1, sizeof *files->items);
    if (items == NULL) {
        return migration_fail(failure, name, "does not fit into memory");
    }
    files->items = items;
    items[files->count] = (struct migration_file){ .version = version };
    memcpy(items[files->count].name, name, strlen(name) + 1); /* version_of() knows that it fits */
    files->count++;
    return true;
}

static bool list_directory(DIR *directory, struct migration_files *files,
                           struct migration_failure *failure)
{
    const struct dirent *entry;

    while ((entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] != '.' && ends_with_sql(entry->d_name) &&
            !add_file(files, entry->d_name, failure)) {
            return false;
        }
    }
    return true;
}

static int by_version(const void *left, const void *right)
{
    const struct migration_file *a = left;
    const struct migration_file *b = right;
    return (a->version > b->version) - (a->version < b->version);
}

static bool read_all(DIR *directory, struct migration_files *files,
                     struct migration_failure *failure)
{
    if (!list_directory(directory, files, failure)) {
        return false;
    }
    if (files->count > 0) {
        qsort(files->items, files->count, sizeof *files->items, by_version);
    }
    for (size_t i = 0; i < files->count; i++) {
        if (i > 0 && files->items[i].version == files->items[i - 1].version) {
            return migration_fail(failure, files->items[i].name, "has the same number as %s",
                                  files->items[i - 1].name);
        }
        if (!read_file(dirfd(directory), &files->items[i], failure)) {
            return false;
        }
    }
    return true;
}

bool migration_files_read(const char *path, struct migration_files *files,
                          struct migration_failure *failure)
{
    struct migration_files found = { 0, NULL };
    DIR *directory = opendir(path);

    if (directory == NULL) {
        return migration_fail(failure, "", "the directory %s cannot be opened: %s", path,
                              strerror(errno));
    }
    bool done = read_all(directory, &found, failure);
    closedir(directory);
    if (done && found.count == 0) {
        done = migration_fail(failure, "", "the directory %s has no migrations", path);
    }
    if (!done) {
        migration_files_free(&found);
        return false;
    }
    *files = found;
    return true;
}

void migration_files_free(struct migration_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        free(files->items[i].sql);
    }
    free(files->items);
    *files = (struct migration_files){ 0, NULL };
}
