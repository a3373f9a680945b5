/* Shared memory by name: who may have it, what a crash leaves of it, and who holds it. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"
#include "run_suite.h"
#include "stockpilot/memory/shared_object.h"

#define OPENERS 16
#define ROUNDS 20
#define PREPARED 42

struct thing {
    uint64_t magic;
    pthread_mutex_t mutex;
    uint64_t prepared;
    uint64_t value;
    unsigned char rest[10000];
};

/* The program's, not any test's: the one that goes on when a test fails removes the object. */
static char name[64];

/* How often it was prepared, by whichever process. */
static _Atomic unsigned *preparations;

static int prepare(void *memory)
{
    struct thing *thing = memory;
    for (size_t i = 0; i < sizeof thing->rest; i++) {
        if (thing->rest[i] != 0) {
            return EILSEQ;
        }
    }
    if (thing->magic != 0 || thing->value != 0) {
        return EILSEQ;
    }
    atomic_fetch_add(preparations, 1);
    thing->prepared = PREPARED;
    return shared_mutex_init(&thing->mutex);
}

static int refuse(void *memory)
{
    memset(memory, 0xff, sizeof(struct thing));
    memset(memory, 0, sizeof(uint64_t));
    return EDOM;
}

static int die(void *memory)
{
    memset((unsigned char *)memory + sizeof(uint64_t), 0xff,
           sizeof(struct thing) - sizeof(uint64_t));
    raise(SIGKILL);
    return 0;
}

#define MAGIC UINT64_C(0x54455354000001)

static const struct shared_layout layout = { MAGIC, sizeof(struct thing), prepare };
static const struct shared_layout other_magic = { MAGIC + 1, sizeof(struct thing), prepare };
static const struct shared_layout larger = { MAGIC, sizeof(struct thing) + 8, prepare };

static void choose_name(void)
{
    snprintf(name, sizeof name, "/stockpilot-test-object-%ld", (long)getpid());
}

static void remove_object(void)
{
    shm_unlink(name);
}

static void set_up(void)
{
    remove_object();
    preparations =
        mmap(NULL, sizeof *preparations, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(preparations, MAP_FAILED);
}

static struct thing *map_with(const struct shared_layout *wanted, int *descriptor)
{
    struct error error = { 0 };
    struct thing *thing = shared_object_map(name, wanted, descriptor, &error);
    ck_assert_msg(thing != NULL, "%s", error.cause);
    return thing;
}

static struct thing *map_thing(void)
{
    return map_with(&layout, NULL);
}

static void expect_refused(const struct shared_layout *wanted, const char *because)
{
    struct error error = { 0 };
    ck_assert_ptr_null(shared_object_map(name, wanted, NULL, &error));
    ck_assert_int_eq(error.kind, ERROR_INTERNAL);
    ck_assert_msg(strstr(error.cause, name) != NULL && strstr(error.cause, because) != NULL, "%s",
                  error.cause);
}

static void expect_not_present(enum error_kind kind, const char *because)
{
    struct error error = { 0 };
    ck_assert_ptr_null(shared_object_map_present(name, &layout, NULL, &error));
    ck_assert_int_eq(error.kind, kind);
    ck_assert_msg(strstr(error.cause, name) != NULL && strstr(error.cause, because) != NULL, "%s",
                  error.cause);
}

static int open_raw(int flags)
{
    int fd = shm_open(name, flags, 0600);
    ck_assert_int_ge(fd, 0);
    return fd;
}

static ino_t object_number(void)
{
    struct stat status;
    int fd = open_raw(O_RDONLY);
    ck_assert_int_eq(fstat(fd, &status), 0);
    close(fd);
    return status.st_ino;
}

static int lowest_free_descriptor(void)
{
    int fd = dup(STDERR_FILENO);
    ck_assert_int_ge(fd, 0);
    close(fd);
    return fd;
}

START_TEST(those_who_map_it_share_it)
{
    struct thing *first = map_thing();
    struct thing *second = map_thing();
    ck_assert_ptr_ne(first, second);
    ck_assert_uint_eq(second->magic, MAGIC);
    ck_assert_uint_eq(second->prepared, PREPARED);
    first->value = 5;
    ck_assert_uint_eq(second->value, 5);
    shared_object_unmap(first, &layout);
    shared_object_unmap(second, &layout);
    struct thing *later = map_thing();
    ck_assert_msg(later->value == 5, "it stays when all have left");
    ck_assert_uint_eq(atomic_load(preparations), 1);
    shared_object_unmap(later, &layout);
}
END_TEST

START_TEST(it_is_its_owners_alone)
{
    struct stat status;
    umask(0);
    shared_object_unmap(map_thing(), &layout);
    int fd = open_raw(O_RDONLY);
    ck_assert_int_eq(fstat(fd, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0600);
    ck_assert_uint_eq(status.st_uid, geteuid());
    close(fd);
}
END_TEST

START_TEST(a_descriptor_comes_along_only_if_wanted)
{
    int descriptor = -1;
    int free_before = lowest_free_descriptor();
    struct error error = { 0 };
    expect_not_present(ERROR_NOT_FOUND, "");
    shared_object_unmap(map_thing(), &layout);
    expect_refused(&(struct shared_layout){ MAGIC + 2, sizeof(struct thing), refuse }, "");
    shared_object_unmap(map_thing(), &layout);
    ck_assert_int_eq(lowest_free_descriptor(), free_before);
    struct thing *thing = map_with(&layout, &descriptor);
    ck_assert_int_eq(descriptor, free_before);
    ck_assert_msg(fcntl(descriptor, F_GETFD) & FD_CLOEXEC, "no program we run inherits it");
    close(descriptor);
    shared_object_unmap(thing, &layout);
    thing = shared_object_map_present(name, &layout, &descriptor, &error);
    ck_assert_msg(thing != NULL, "%s", error.cause);
    ck_assert_int_eq(descriptor, free_before);
    ck_assert(fcntl(descriptor, F_GETFD) & FD_CLOEXEC);
    close(descriptor);
    shared_object_unmap(thing, &layout);
}
END_TEST

START_TEST(one_that_others_may_reach_is_refused)
{
    static const mode_t modes[] = { 0604, 0602, 0640, 0620, 0666, 0700 | 01 };
    int fd = open_raw(O_RDWR | O_CREAT | O_EXCL);
    ck_assert_int_eq(fchmod(fd, modes[_i]), 0);
    expect_refused(&layout, "not this user's alone");
    expect_not_present(ERROR_INTERNAL, "not this user's alone");
    struct stat status;
    ck_assert_int_eq(fstat(fd, &status), 0);
    ck_assert_msg(status.st_size == 0 && status.st_nlink == 1, "it is left as it is");
    close(fd);
}
END_TEST

START_TEST(one_of_another_user_is_refused)
{
    int fd = open_raw(O_RDWR | O_CREAT | O_EXCL);
    if (geteuid() == 0) {
        ck_assert_int_eq(fchown(fd, 1, 1), 0);
    } else { /* only root can give a file away; the same check sees the mode */
        ck_assert_int_eq(fchmod(fd, 0660), 0);
    }
    expect_refused(&layout, "not this user's alone");
    expect_not_present(ERROR_INTERNAL, "not this user's alone");
    close(fd);
}
END_TEST

START_TEST(one_that_is_there_is_mapped_and_none_is_made)
{
    struct error error = { 0 };
    expect_not_present(ERROR_NOT_FOUND, "No such file");
    ck_assert_int_eq(shm_open(name, O_RDWR, 0), -1);
    ck_assert_int_eq(errno, ENOENT);
    struct thing *maker = map_thing();
    maker->value = 7;
    struct thing *thing = shared_object_map_present(name, &layout, NULL, &error);
    ck_assert_msg(thing != NULL, "%s", error.cause);
    ck_assert_uint_eq(thing->value, 7);
    thing->value = 8;
    ck_assert_uint_eq(maker->value, 8);
    shared_object_unmap(thing, &layout);
    shared_object_unmap(maker, &layout);
}
END_TEST

/* Another meaning, more fields, and something that is not even as long as a magic. */
START_TEST(one_of_another_layout_is_replaced)
{
    static const struct shared_layout tiny = { 0, 5, NULL };
    const struct shared_layout *before[] = { &other_magic, &larger, &tiny };
    struct thing *old = NULL;
    if (before[_i]->prepare != NULL) {
        old = map_with(before[_i], NULL);
        old->value = 1;
    } else {
        int fd = open_raw(O_RDWR | O_CREAT | O_EXCL);
        ck_assert_int_eq(write(fd, "12345", 5), 5);
        close(fd);
    }
    ino_t number = object_number();
    expect_not_present(ERROR_INTERNAL, "another version");
    ck_assert_msg(object_number() == number, "who only looks replaces nothing");
    struct thing *thing = map_thing();
    ck_assert_uint_eq(thing->magic, MAGIC);
    ck_assert_uint_eq(thing->prepared, PREPARED);
    ck_assert_uint_eq(thing->value, 0);
    thing->value = 2;
    if (old != NULL) { /* those who have it keep theirs */
        ck_assert_uint_eq(old->value, 1);
        ck_assert_uint_eq(old->magic, before[_i]->magic);
        shared_object_unmap(old, before[_i]);
    }
    shared_object_unmap(thing, &layout);
    thing = map_thing();
    ck_assert_uint_eq(thing->value, 2);
    shared_object_unmap(thing, &layout);
}
END_TEST

static int map_and_die(void *context)
{
    static const struct shared_layout deadly = { MAGIC, sizeof(struct thing), die };
    struct error error = { 0 };
    (void)context;
    return shared_object_map(name, &deadly, NULL, &error) == NULL;
}

START_TEST(one_whose_maker_died_is_prepared_again)
{
    pid_t pid = child_start(map_and_die, NULL);
    siginfo_t info;
    ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED), 0);
    ck_assert_int_eq(info.si_code, CLD_KILLED);
    ino_t number = object_number();
    expect_not_present(ERROR_INTERNAL, "");
    struct thing *thing = map_thing();
    ck_assert_uint_eq(thing->prepared, PREPARED);
    ck_assert_msg(object_number() == number, "nobody has used it: it need not be replaced");
    shared_object_unmap(thing, &layout);
}
END_TEST

START_TEST(one_that_cannot_be_prepared_is_refused_and_tried_again)
{
    static const struct shared_layout hopeless = { MAGIC, sizeof(struct thing), refuse };
    expect_refused(&hopeless, strerror(EDOM));
    expect_refused(&hopeless, strerror(EDOM));
    struct thing *thing = map_thing();
    ck_assert_uint_eq(thing->prepared, PREPARED);
    shared_object_unmap(thing, &layout);
}
END_TEST

START_TEST(one_that_is_too_large_is_refused_and_another_can_be_made)
{
    static const struct shared_layout vast = { MAGIC, (size_t)1 << 55, prepare };
    expect_refused(&vast, "cannot prepare");
    ck_assert_uint_eq(atomic_load(preparations), 0);
    shared_object_unmap(map_thing(), &layout);
}
END_TEST

/* In a /dev/shm of one page, if this process may make itself one. */
static int map_without_room(void *context)
{
    struct error error = { 0 };
    (void)context;
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", "/dev/shm", "tmpfs", 0, "size=4k") != 0) {
        return 0;
    }
    void *thing = shared_object_map(name, &layout, NULL, &error);
    return thing == NULL && strstr(error.cause, strerror(ENOSPC)) != NULL ? 0 : 1;
}

START_TEST(on_a_full_file_system_opening_fails_and_not_a_later_write)
{
    pid_t pid = child_start(map_without_room, NULL);
    children_end_well(&pid, 1);
}
END_TEST

static int map_for_the_first_time(void *context)
{
    struct error error = { 0 };
    (void)event_await(context);
    struct thing *thing = shared_object_map(name, &layout, NULL, &error);
    if (thing == NULL || thing->prepared != PREPARED) {
        return 1;
    }
    if (pthread_mutex_lock(&thing->mutex) != 0) {
        return 2;
    }
    thing->value++;
    return pthread_mutex_unlock(&thing->mutex);
}

static void open_by_many_at_once(void)
{
    pid_t openers[OPENERS];
    struct event start;
    event_make(&start);
    for (int i = 0; i < OPENERS; i++) {
        openers[i] = child_start(map_for_the_first_time, &start);
    }
    event_tell_all(&start);
    children_end_well(openers, OPENERS);
    struct thing *thing = map_thing();
    ck_assert_uint_eq(thing->value, OPENERS);
    shared_object_unmap(thing, &layout);
}

START_TEST(many_may_open_it_for_the_first_time_at_once)
{
    open_by_many_at_once();
    ck_assert_uint_eq(atomic_load(preparations), 1);
}
END_TEST

START_TEST(many_may_replace_one_of_another_layout_at_once)
{
    for (unsigned round = 1; round <= ROUNDS; round++) {
        remove_object();
        shared_object_unmap(map_with(&other_magic, NULL), &other_magic);
        open_by_many_at_once();
        ck_assert_uint_eq(atomic_load(preparations), 2 * round);
    }
}
END_TEST

/* What the child holds, and how it says that it does. */
struct holding {
    struct event held;
    bool (*take)(void);
};

static int hold_until_killed(void *context)
{
    const struct holding *holding = context;
    if (!holding->take()) {
        return 1;
    }
    event_tell(&holding->held);
    for (;;) {
        pause();
    }
}

static pid_t start_holder(bool (*take)(void))
{
    struct holding holding = { .take = take };
    event_make(&holding.held);
    pid_t pid = child_start(hold_until_killed, &holding);
    ck_assert_msg(event_await(&holding.held), "it could not take it");
    return pid;
}

static bool take_name_lock(void)
{
    return flock(open_raw(O_RDWR), LOCK_EX) == 0;
}

START_TEST(one_that_died_with_the_name_locked_keeps_nobody_out)
{
    shared_object_unmap(map_thing(), &layout);
    child_kill(start_holder(take_name_lock));
    shared_object_unmap(map_thing(), &layout);
}
END_TEST

static bool become_holder(void)
{
    int descriptor;
    (void)map_with(&layout, &descriptor);
    return shared_object_hold(descriptor);
}

START_TEST(a_holder_is_the_only_one_until_it_dies)
{
    int descriptor;
    struct thing *thing = map_with(&layout, &descriptor);
    ck_assert(!shared_object_is_held(descriptor));
    pid_t holder = start_holder(become_holder);
    ck_assert(shared_object_is_held(descriptor));
    ck_assert_msg(!shared_object_hold(descriptor), "there are two holders");
    /* It keeps nobody from using the object. */
    shared_object_unmap(map_thing(), &layout);
    child_kill(holder);
    ck_assert(!shared_object_is_held(descriptor));
    ck_assert(shared_object_hold(descriptor));
    close(descriptor);
    shared_object_unmap(thing, &layout);
}
END_TEST

/* Both of them keep the open file, whose lock it is. */
START_TEST(a_holder_that_has_neither_descriptor_nor_memory_is_none_any_more)
{
    int holding, watching;
    struct thing *thing = map_with(&layout, &holding);
    struct thing *same = map_with(&layout, &watching);
    ck_assert(shared_object_hold(holding));
    ck_assert(shared_object_hold(holding)); /* asking again does no harm */
    ck_assert(shared_object_is_held(watching));
    ck_assert(!shared_object_hold(watching));
    shared_object_unmap(map_thing(), &layout); /* nor does another descriptor that is closed */
    ck_assert(shared_object_is_held(watching));
    close(holding);
    shared_object_unmap(thing, &layout);
    ck_assert(!shared_object_is_held(watching));
    ck_assert(shared_object_hold(watching));
    close(watching);
    shared_object_unmap(same, &layout);
}
END_TEST

static bool lock_mutex(void)
{
    struct thing *thing = map_thing();
    return pthread_mutex_lock(&thing->mutex) == 0;
}

START_TEST(a_mutex_is_for_all_processes_and_passes_on_when_its_owner_dies)
{
    struct thing *thing = map_thing();
    pid_t owner = start_holder(lock_mutex);
    ck_assert_int_eq(pthread_mutex_trylock(&thing->mutex), EBUSY);
    child_kill(owner);
    ck_assert_int_eq(pthread_mutex_lock(&thing->mutex), EOWNERDEAD);
    ck_assert_int_eq(pthread_mutex_consistent(&thing->mutex), 0);
    ck_assert_int_eq(pthread_mutex_unlock(&thing->mutex), 0);
    ck_assert_int_eq(pthread_mutex_lock(&thing->mutex), 0);
    ck_assert_int_eq(pthread_mutex_unlock(&thing->mutex), 0);
    shared_object_unmap(thing, &layout);
}
END_TEST

static void add_holder_tests(Suite *suite)
{
    TCase *tcase = tcase_create("holders");
    tcase_set_timeout(tcase, 30);
    tcase_add_unchecked_fixture(tcase, choose_name, remove_object);
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_test(tcase, one_that_died_with_the_name_locked_keeps_nobody_out);
    tcase_add_test(tcase, a_holder_is_the_only_one_until_it_dies);
    tcase_add_test(tcase, a_holder_that_has_neither_descriptor_nor_memory_is_none_any_more);
    tcase_add_test(tcase, a_mutex_is_for_all_processes_and_passes_on_when_its_owner_dies);
    suite_add_tcase(suite, tcase);
}

int main(void)
{
    Suite *suite = suite_create("shared_object");
    TCase *tcase = tcase_create("objects");
    tcase_set_timeout(tcase, 30);
    tcase_add_unchecked_fixture(tcase, choose_name, remove_object);
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_test(tcase, those_who_map_it_share_it);
    tcase_add_test(tcase, it_is_its_owners_alone);
    tcase_add_test(tcase, a_descriptor_comes_along_only_if_wanted);
    tcase_add_loop_test(tcase, one_that_others_may_reach_is_refused, 0, 6);
    tcase_add_test(tcase, one_of_another_user_is_refused);
    tcase_add_test(tcase, one_that_is_there_is_mapped_and_none_is_made);
    tcase_add_loop_test(tcase, one_of_another_layout_is_replaced, 0, 3);
    tcase_add_test(tcase, one_whose_maker_died_is_prepared_again);
    tcase_add_test(tcase, one_that_cannot_be_prepared_is_refused_and_tried_again);
    tcase_add_test(tcase, one_that_is_too_large_is_refused_and_another_can_be_made);
    tcase_add_test(tcase, on_a_full_file_system_opening_fails_and_not_a_later_write);
    tcase_add_test(tcase, many_may_open_it_for_the_first_time_at_once);
    tcase_add_test(tcase, many_may_replace_one_of_another_layout_at_once);
    suite_add_tcase(suite, tcase);
    add_holder_tests(suite);
    return run_suite(suite);
}
