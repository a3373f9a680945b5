#include "jwks_shared.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Changes with the meaning of the fields; their sizes are covered by the object's size. */
#define LAYOUT_VERSION 2
#define MAGIC (UINT64_C(0x53504a574b530000) + LAYOUT_VERSION)

/* How often another process may replace the object under our hands before we give up. */
#define MAX_ATTEMPTS 8

enum usability { USABLE, TO_BE_PREPARED, OF_ANOTHER_LAYOUT, ALREADY_REPLACED };

static struct jwks_shared *map(int fd)
{
    void *memory =
        mmap(NULL, sizeof(struct jwks_shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

static enum error_kind open_own(const char *name, int *fd, struct error *error)
{
    int opened = shm_open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (opened < 0) {
        return error_set_cause(error, ERROR_INTERNAL, "shared memory %s: %s", name,
                               strerror(errno));
    }
    struct stat status;
    if (fstat(opened, &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != geteuid() ||
        (status.st_mode & 077) != 0) {
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
static enum usability examine(int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || status.st_nlink == 0) {
        return ALREADY_REPLACED;
    }
    if (status.st_size == 0) {
        return TO_BE_PREPARED;
    }
    if (status.st_size != (off_t)sizeof(struct jwks_shared)) {
        return OF_ANOTHER_LAYOUT;
    }
    uint64_t magic;
    if (pread(fd, &magic, sizeof magic, 0) != (ssize_t)sizeof magic) {
        return OF_ANOTHER_LAYOUT;
    }
    /* Without the magic its maker died while preparing it, and nobody has used it yet. */
    return magic == MAGIC ? USABLE : magic == 0 ? TO_BE_PREPARED : OF_ANOTHER_LAYOUT;
}

static int init_lock(pthread_mutex_t *mutex)
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

/* Under the lock. Memory is reserved now: on a full /dev/shm a later first write would be a SIGBUS.
 */
static int prepare(int fd)
{
    int failure = posix_fallocate(fd, 0, sizeof(struct jwks_shared));
    if (failure != 0) {
        return failure;
    }
    struct jwks_shared *shared = map(fd);
    if (shared == NULL) {
        return errno;
    }
    memset(shared, 0, sizeof *shared);
    failure = init_lock(&shared->fetching);
    if (failure == 0) {
        shared->magic = MAGIC;
    }
    munmap(shared, sizeof *shared);
    return failure;
}

/* Sets *again when the object was replaced and the name must be opened anew. */
static enum error_kind make_usable(const char *name, int fd, bool *again, struct error *error)
{
    enum error_kind kind = lock_object(fd, error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    int failure = 0;
    switch (examine(fd)) {
    case USABLE:
        break;
    case TO_BE_PREPARED:
        failure = prepare(fd);
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

struct jwks_shared *jwks_shared_map(const char *name, struct error *error)
{
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        int fd = -1;
        if (open_own(name, &fd, error) != ERROR_NONE) {
            return NULL;
        }
        bool again = false;
        if (make_usable(name, fd, &again, error) != ERROR_NONE) {
            close(fd);
            return NULL;
        }
        struct jwks_shared *shared = again ? NULL : map(fd);
        int failure = errno;
        close(fd);
        if (shared != NULL) {
            return shared;
        }
        if (!again) {
            (void)error_set_cause(error, ERROR_INTERNAL, "cannot map shared memory %s: %s", name,
                                  strerror(failure));
            return NULL;
        }
    }
    (void)error_set_cause(error, ERROR_INTERNAL, "shared memory %s keeps being replaced", name);
    return NULL;
}

void jwks_shared_unmap(struct jwks_shared *shared)
{
    munmap(shared, sizeof *shared);
}
