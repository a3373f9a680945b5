#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image_kinds.h"

#define PATH_SIZE 4096

static enum error_kind failed(const char *what, struct error *error)
{
    return error_set_cause(error, ERROR_UNAVAILABLE, "image store: cannot %s: %s", what,
                           strerror(errno));
}

static bool write_all(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, bytes, length);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

/* The name in its directory is only as durable as the directory itself. */
static bool sync_directory(const char *path)
{
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) {
        return false;
    }
    bool synced = fsync(directory) == 0;
    close(directory);
    return synced;
}

/* nginx reads what we write: whatever our umask is, not less than this. */
static bool make_directory(const char *path)
{
    return mkdir(path, 0755) == 0 ? chmod(path, 0755) == 0 : errno == EEXIST;
}

static bool make_directories(const struct image_storage *storage, char *products, size_t size)
{
    int length = snprintf(products, size, "%s/products", storage->directory);
    if (length < 0 || (size_t)length >= size) {
        errno = ENAMETOOLONG;
        return false;
    }
    return make_directory(storage->directory) && make_directory(products);
}

/* A half-written file never stands under the image's name: it gets it when all is on disk. */
static bool write_under_name(const char *temporary, const char *path, const char *bytes,
                             size_t length)
{
    int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0) {
        return false;
    }
    bool written = write_all(file, bytes, length) && fchmod(file, 0644) == 0 && fsync(file) == 0;
    written = close(file) == 0 && written;
    if (written && rename(temporary, path) == 0) {
        return true;
    }
    int reason = errno;
    unlink(temporary);
    errno = reason;
    return false;
}

static enum error_kind directory_put(const struct image_storage *storage, const char *key,
                                     const char *bytes, size_t length, struct deadline deadline,
                                     struct error *error)
{
    (void)deadline;
    char products[PATH_SIZE];
    char path[PATH_SIZE + IMAGE_KEY_SIZE];
    char temporary[PATH_SIZE + IMAGE_KEY_SIZE + 8];
    if (!make_directories(storage, products, sizeof products)) {
        return failed("make its directory", error);
    }
    snprintf(path, sizeof path, "%s/%s", storage->directory, key);
    snprintf(temporary, sizeof temporary, "%s.part", path);
    if (!write_under_name(temporary, path, bytes, length) || !sync_directory(products)) {
        return failed("write an image", error);
    }
    return ERROR_NONE;
}

/* What rights and mounts forbid does not become possible by waiting. */
static bool is_forbidden(int reason)
{
    return reason == EACCES || reason == EPERM || reason == EROFS || reason == EISDIR;
}

static enum error_kind directory_remove(const struct image_storage *storage, const char *key,
                                        struct deadline deadline, struct error *error)
{
    (void)deadline;
    char path[PATH_SIZE + IMAGE_KEY_SIZE];
    snprintf(path, sizeof path, "%s/%s", storage->directory, key);
    if (unlink(path) == 0 || errno == ENOENT) {
        return ERROR_NONE;
    }
    bool forbidden = is_forbidden(errno);
    enum error_kind kind = failed("delete an image", error);
    return forbidden ? (error->kind = ERROR_FORBIDDEN) : kind;
}

enum error_kind image_directory_open(const struct image_storage_settings *settings,
                                     struct image_storage *storage, struct error *error)
{
    storage->put = directory_put;
    storage->remove = directory_remove;
    storage->directory = strdup(settings->directory);
    return storage->directory != NULL
               ? ERROR_NONE
               : error_set_cause(error, ERROR_INTERNAL, "no memory for the image store");
}
