#include "stockpilot/memory/shared_object.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* How often another process may replace the object under our hands before we give up. */
#define MAX_ATTEMPTS 8

enum usability { USABLE, TO_BE_PREPARED, OF_ANOTHER_LAYOUT, ALREADY_REPLACED };

static void *map(int fd, const struct shared_layout *layout)
{
    void *memory = mmap(NULL, layout->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

static bool is_private(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
           (status.st_mode & 077) == 0;
}

static enum error_kind open_own(const char *name, int flags, int *fd, struct error *error)
{
    int opened = shm_open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
    if (opened < 0) {
        enum error_kind kind = errno == ENOENT ? ERROR_NOT_FOUND : ERROR_INTERNAL;
        return error_set_cause(error, kind, "shared memory %s: %s", name, strerror(errno));
    }
    if (!is_private(opened)) {
        close(opened);
        return error_set_cause(
            error, ERROR_INTERNAL,
            "shared memory %s is not this user's alone: have its owner remove it", name);
    }
    *fd = opened;
    return ERROR_NONE;
}

/* The name lock keeps others out while an object is prepared or replaced. The kernel frees it when
 * its holder dies. */
static enum error_kind lock_object(int fd, struct error *error)
{
    while (flock(fd, LOCK_EX) != 0) {
        if (errno != EINTR) {
            return error_set_cause(error, ERROR_INTERNAL, "cannot lock shared memory: %s",
                                   strerror(errno));
        }
    }
    return ERROR_NONE;
}

/* Under the lock. */
static enum usability examine(int fd, const struct shared_layout *layout)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || status.st_nlink == 0) {
        return ALREADY_REPLACED;
    }
    if (status.st_size == 0) {
        return TO_BE_PREPARED;
    }
    uint64_t magic;
    if (status.st_size != (off_t)layout->size ||
        pread(fd, &magic, sizeof magic, 0) != (ssize_t)sizeof magic) {
        return OF_ANOTHER_LAYOUT;
    }
    /* Without the magic its maker died while preparing it, and nobody has used it yet. */
    return magic == layout->magic ? USABLE : magic == 0 ? TO_BE_PREPARED : OF_ANOTHER_LAYOUT;
}

/* Under the lock. */
static int prepare(int fd, const struct shared_layout *layout)
{
    int failure = posix_fallocate(fd, 0, (off_t)layout->size);
    if (failure != 0) {
        return failure;
    }
    unsigned char *memory = map(fd, layout);
    if (memory == NULL) {
        return errno;
    }
    memset(memory, 0, layout->size);
    failure = layout->prepare(memory);
    if (failure == 0) {
        memcpy(memory, &layout->magic, sizeof layout->magic);
    }
    munmap(memory, layout->size);
    return failure;
}

/* Sets *again when the object was replaced and the name must be opened anew. */
static enum error_kind make_usable(const char *name, int fd, const struct shared_layout *layout,
                                   bool *again, struct error *error)
{
    enum error_kind kind = lock_object(fd, error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    int failure = 0;
    switch (examine(fd, layout)) {
    case USABLE:
        break;
    case TO_BE_PREPARED:
        failure = prepare(fd, layout);
        break;
    case OF_ANOTHER_LAYOUT:
        *again = true;
        failure = shm_unlink(name) == 0 || errno == ENOENT ? 0 : errno;
        break;
    case ALREADY_REPLACED:
        *again = true;
        break;
    }
    flock(fd, LOCK_UN);
    if (failure != 0) {
        return error_set_cause(error, ERROR_INTERNAL, "cannot prepare shared memory %s: %s", name,
                               strerror(failure));
    }
    return ERROR_NONE;
}

/* Maps what is open, and hands the descriptor on or closes it. */
static void *map_opened(const char *name, int fd, const struct shared_layout *layout,
                        int *descriptor, struct error *error)
{
    void *memory = map(fd, layout);
    if (memory == NULL) {
        (void)error_set_cause(error, ERROR_INTERNAL, "cannot map shared memory %s: %s", name,
                              strerror(errno));
    }
    if (memory != NULL && descriptor != NULL) {
        *descriptor = fd;
    } else {
        close(fd);
    }
    return memory;
}

void *shared_object_map(const char *name, const struct shared_layout *layout, int *descriptor,
                        struct error *error)
{
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        int fd = -1;
        if (open_own(name, O_CREAT, &fd, error) != ERROR_NONE) {
            return NULL;
        }
        bool again = false;
        if (make_usable(name, fd, layout, &again, error) != ERROR_NONE) {
            close(fd);
            return NULL;
        }
        if (!again) {
            return map_opened(name, fd, layout, descriptor, error);
        }
        close(fd);
    }
    (void)error_set_cause(error, ERROR_INTERNAL, "shared memory %s keeps being replaced", name);
    return NULL;
}

void *shared_object_map_present(const char *name, const struct shared_layout *layout,
                                int *descriptor, struct error *error)
{
    int fd = -1;
    if (open_own(name, 0, &fd, error) != ERROR_NONE) {
        return NULL;
    }
    enum error_kind kind = lock_object(fd, error);
    if (kind == ERROR_NONE && examine(fd, layout) != USABLE) {
        kind = error_set_cause(error, ERROR_INTERNAL,
                               "shared memory %s is of another version of this program", name);
    }
    flock(fd, LOCK_UN);
    if (kind != ERROR_NONE) {
        close(fd);
        return NULL;
    }
    return map_opened(name, fd, layout, descriptor, error);
}

void shared_object_unmap(void *memory, const struct shared_layout *layout)
{
    munmap(memory, layout->size);
}

/* A lock of the open file, beside the name lock and independent of it: fcntl(2), F_OFD_SETLK. */
static struct flock whole_file(void)
{
    return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
}

bool shared_object_hold(int descriptor)
{
    struct flock lock = whole_file();
    return fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

bool shared_object_is_held(int descriptor)
{
    struct flock lock = whole_file();
    return fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

int shared_mutex_init(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attributes;
    int failure = pthread_mutexattr_init(&attributes);
    if (failure != 0) {
        return failure;
    }
    failure = pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    if (failure == 0) {
        failure = pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    }
    if (failure == 0) {
        failure = pthread_mutex_init(mutex, &attributes);
    }
    pthread_mutexattr_destroy(&attributes);
    return failure;
}
