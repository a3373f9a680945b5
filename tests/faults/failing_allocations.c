/*
 * failing_allocations - preloaded into a worker (LD_PRELOAD): counts the allocations of the whole
 * process, libraries included, and has one of them fail when it is told to.
 *
 * It is told through a file that both sides have mapped, named by FAILING_ALLOCATIONS: four numbers
 * of 64 bits, see struct control.
 *
 * libfcgi's own allocations do not fail here: it ends the process when one does (Malloc() in its
 * fcgiapp.c), which no caller can help. The pool then replaces the worker, as for any other death.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct control {
    _Atomic int64_t countdown; /* the allocation that fails, counted from 1; 0: none */
    _Atomic int64_t failed;    /* how many have */
    _Atomic int64_t made;
    _Atomic int64_t live; /* made and not freed */
};

/* glibc's own, under the names that it keeps for whoever takes the usual ones. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *pointer);

static struct control nobody_listens;
static struct control *control = &nobody_listens;

__attribute__((constructor)) static void listen_to_file(void)
{
    const char *name = getenv("FAILING_ALLOCATIONS");
    int file = name != NULL ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) {
        return;
    }
    void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED) {
        control = mapped;
    }
}

static int is_libfcgi(const void *caller)
{
    Dl_info info;
    return dladdr(caller, &info) != 0 && info.dli_fname != NULL &&
           strstr(info.dli_fname, "libfcgi") != NULL;
}

static int fails(const void *caller)
{
    if (atomic_load(&control->countdown) == 0 || is_libfcgi(caller) ||
        atomic_fetch_sub(&control->countdown, 1) != 1) {
        return 0;
    }
    atomic_fetch_add(&control->failed, 1);
    errno = ENOMEM;
    return 1;
}

static void *made(void *pointer)
{
    if (pointer != NULL) {
        atomic_fetch_add(&control->made, 1);
        atomic_fetch_add(&control->live, 1);
    }
    return pointer;
}

void *malloc(size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : made(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : made(__libc_calloc(count, size));
}

void *realloc(void *pointer, size_t size)
{
    if (fails(__builtin_return_address(0))) {
        return NULL;
    }
    return pointer == NULL ? made(__libc_realloc(NULL, size)) : __libc_realloc(pointer, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : made(__libc_memalign(alignment, size));
}

int posix_memalign(void **pointer, size_t alignment, size_t size)
{
    void *got = aligned_alloc(alignment, size);
    if (got == NULL) {
        return ENOMEM;
    }
    *pointer = got;
    return 0;
}

void free(void *pointer)
{
    if (pointer != NULL) {
        atomic_fetch_sub(&control->live, 1);
        __libc_free(pointer);
    }
}
