/* A snapshot of parameters comes out as it went in, for its own place only, and nothing that is
 * none is taken for one. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "run_suite.h"
#include "stockpilot/config/configuration.h"
#include "stockpilot/parameters/snapshot.h"

#define NAME "STOCKPILOT_PARAMETERS"
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define HEAD "stockpilot parameters 1\0eu-west-1\0\0/a\0"

static const struct parameter_place place = { "eu-west-1", NULL, "/a" };
static struct ssm_parameter parameters[] = {
    { "/a/database/url", "postgresql://u:secret@db/stock", true, &parameters[1] },
    { "/a/API_SECRETS", "of others", true, &parameters[2] },
    { "/a/SCOREBOARD_NAME", "/of-this-host", false, &parameters[3] },
    { "/a/SLOW_REQUEST_MS", "7", false, NULL },
};
static struct error error;

static int filled(void)
{
    int descriptor = snapshot_new(&error);
    ck_assert_int_ge(descriptor, 0);
    ck_assert(snapshot_is_empty(descriptor) && !snapshot_is_filled(descriptor));
    ck_assert_int_eq(snapshot_fill(descriptor, &place, parameters, &error), ERROR_NONE);
    ck_assert(snapshot_is_filled(descriptor) && !snapshot_is_empty(descriptor));
    return descriptor;
}

struct reading {
    int descriptor;
    const struct parameter_place *place;
    enum error_kind kind;
};

static enum error_kind read_snapshot(void *context, const struct parameter_place *unused,
                                     struct parameter_taker *taker, struct error *failure)
{
    struct reading *reading = context;
    (void)unused;
    reading->kind = snapshot_give(reading->descriptor, reading->place, taker, failure);
    return reading->kind;
}

/* A configuration of what it gives. */
static enum error_kind load(int descriptor, const struct parameter_place *from,
                            struct configuration *configuration)
{
    static const char *const names[] = { "DATABASE_URL", "SLOW_REQUEST_MS", NULL };
    static struct configuration_report report;
    char use[] = "USE_PARAMETER_STORE=true", region[] = "AWS_REGION=eu-west-1";
    char path[] = "PARAMETER_STORE_PATH=/a";
    char *const environment[] = { use, region, path, NULL };
    struct reading reading = { descriptor, from, ERROR_NONE };
    const struct parameter_source source = { read_snapshot, &reading };
    bool loaded =
        configuration_load_only(configuration, "/dev/null", environment, names, &source, &report);
    ck_assert_int_eq(loaded, reading.kind == ERROR_NONE);
    return reading.kind;
}

static enum error_kind load_and_forget(int descriptor, const struct parameter_place *from)
{
    struct configuration configuration;
    enum error_kind kind = load(descriptor, from, &configuration);
    if (kind == ERROR_NONE) {
        configuration_free(&configuration);
    }
    return kind;
}

START_TEST(what_went_in_comes_out_however_often)
{
    int descriptor = filled();
    for (int i = 0; i < 2; i++) {
        struct configuration configuration;
        ck_assert_int_eq(load(descriptor, &place, &configuration), ERROR_NONE);
        ck_assert_str_eq(configuration.database_url, "postgresql://u:secret@db/stock");
        ck_assert_int_eq(configuration.slow_request_ms, 7);
        configuration_free(&configuration);
    }
    close(descriptor);
}
END_TEST

START_TEST(only_options_are_in_it)
{
    char bytes[1024] = "";
    int descriptor = filled();
    ssize_t length = pread(descriptor, bytes, sizeof bytes, 0);
    ck_assert_int_gt(length, 0);
    ck_assert_ptr_nonnull(memmem(bytes, (size_t)length, "secret", 6));
    ck_assert_ptr_null(memmem(bytes, (size_t)length, "of others", 9));
    ck_assert_ptr_null(memmem(bytes, (size_t)length, "of-this-host", 12));
    close(descriptor);
}
END_TEST

START_TEST(nobody_can_change_it)
{
    int descriptor = filled();
    ck_assert_int_lt(pwrite(descriptor, "x", 1, 0), 0);
    ck_assert_int_ne(ftruncate(descriptor, 0), 0);
    ck_assert_int_ne(snapshot_fill(descriptor, &place, parameters, &error), ERROR_NONE);
    close(descriptor);
}
END_TEST

START_TEST(of_another_place_it_is_none)
{
    static const struct parameter_place others[] = {
        { "eu-west-1", NULL, "/b" },
        { "eu-west-2", NULL, "/a" },
        { "eu-west-1", "http://127.0.0.1:9600", "/a" },
    };
    int descriptor = filled();
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        ck_assert_int_eq(load_and_forget(descriptor, &others[i]), ERROR_NOT_FOUND);
    }
    close(descriptor);
}
END_TEST

static int sealed(const char *bytes, size_t length)
{
    int descriptor = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    ck_assert_int_ge(descriptor, 0);
    ck_assert_int_eq(write(descriptor, bytes, length), (ssize_t)length);
    ck_assert_int_eq(fcntl(descriptor, F_ADD_SEALS, SEALS), 0);
    return descriptor;
}

#define SEALED(text) sealed(text, sizeof(text) - 1)

START_TEST(what_is_no_snapshot_gives_nothing)
{
    const int good = SEALED(HEAD "plain\0/a/SLOW_REQUEST_MS\0"
                                 "7\0");
    ck_assert_int_eq(load_and_forget(good, &place), ERROR_NONE);
    close(good);
    const int bad[] = {
        SEALED(""),
        SEALED("x"),
        SEALED("stockpilot parameters 2\0eu-west-1\0\0/a\0"),
        SEALED("stockpilot parameters 1\0eu-west-1\0\0/a"),
        SEALED(HEAD "plain"),
        SEALED(HEAD "plain\0"),
        SEALED(HEAD "plain\0/a/SLOW_REQUEST_MS\0"),
        SEALED(HEAD "plain\0/a/SLOW_REQUEST_MS\0"
                    "7"),
        SEALED(HEAD "plain\0/a/SLOW_REQUEST_MS\0"
                    "7\0plain\0"),
        SEALED(HEAD "other\0/a/SLOW_REQUEST_MS\0"
                    "7\0"),
        memfd_create("empty", MFD_CLOEXEC | MFD_ALLOW_SEALING),
        memfd_create("not to be sealed", MFD_CLOEXEC),
        open("/dev/null", O_RDWR | O_CLOEXEC),
        open("/proc/self/stat", O_RDONLY | O_CLOEXEC),
        999,
        -1,
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(load_and_forget(bad[i], &place) == ERROR_NOT_FOUND, "%zu was taken", i);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad - 2; i++) {
        close(bad[i]);
    }
}
END_TEST

START_TEST(a_number_in_the_environment_is_looked_at_before_it_is_believed)
{
    static const char *const wrong[] = { "", "0", "1", "2", "-1", "x", "3x", "999", "99999999999" };
    char text[16];
    unsetenv(NAME);
    ck_assert_int_eq(snapshot_inherited(), -1);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        setenv(NAME, wrong[i], 1);
        ck_assert_int_eq(snapshot_inherited(), -1);
    }
    int other = open("/dev/null", O_RDWR | O_CLOEXEC);
    snprintf(text, sizeof text, "%d", other);
    setenv(NAME, text, 1);
    ck_assert_int_eq(snapshot_inherited(), -1);
    snapshot_drop();
    ck_assert_int_ne(fcntl(other, F_GETFD), -1);
    ck_assert_ptr_null(getenv(NAME));
    close(other);
}
END_TEST

START_TEST(what_is_handed_on_takes_the_place_of_what_was)
{
    int first = filled();
    int second = filled();
    ck_assert_int_eq(fcntl(first, F_GETFD), FD_CLOEXEC);
    ck_assert(snapshot_hand_on(first));
    ck_assert_int_eq(snapshot_inherited(), first);
    ck_assert_int_eq(fcntl(first, F_GETFD), 0);
    ck_assert(snapshot_hand_on(second));
    ck_assert_int_eq(snapshot_inherited(), second);
    ck_assert_int_eq(fcntl(first, F_GETFD), FD_CLOEXEC);
    ck_assert_int_eq(fcntl(second, F_GETFD), 0);
    ck_assert(snapshot_hand_on(-1));
    ck_assert_int_eq(snapshot_inherited(), -1);
    ck_assert_int_eq(fcntl(second, F_GETFD), FD_CLOEXEC);
    ck_assert(snapshot_hand_on(first));
    snapshot_drop();
    ck_assert_int_eq(fcntl(first, F_GETFD), -1);
    close(second);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("snapshot");
    TCase *all = tcase_create("all");
    tcase_add_test(all, what_went_in_comes_out_however_often);
    tcase_add_test(all, only_options_are_in_it);
    tcase_add_test(all, nobody_can_change_it);
    tcase_add_test(all, of_another_place_it_is_none);
    tcase_add_test(all, what_is_no_snapshot_gives_nothing);
    tcase_add_test(all, a_number_in_the_environment_is_looked_at_before_it_is_believed);
    tcase_add_test(all, what_is_handed_on_takes_the_place_of_what_was);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
