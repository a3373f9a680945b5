/* The image store in a directory: an image is there as a whole or not at all. */
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run_suite.h"
#include "stockpilot/storage/image_storage.h"

static char directory[] = "/tmp/stockpilot-images-XXXXXX";
static struct image_storage storage;
static struct error error;

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    memset(&error, 0, sizeof error);
    ck_assert_int_eq(
        image_storage_open_directory(directory, "https://shop.test/images/", &storage, &error),
        ERROR_NONE);
}

static void teardown(void)
{
    image_storage_close(&storage);
    nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static long size_of(const char *key)
{
    char path[256];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", directory, key);
    return stat(path, &status) == 0 ? (long)status.st_size : -1;
}

START_TEST(an_image_is_kept_and_deleted)
{
    char key[IMAGE_KEY_SIZE];
    ck_assert_int_eq(image_storage_make_key("png", key), ERROR_NONE);
    ck_assert_int_eq(storage.put(&storage, key, "bytes", 5, &error), ERROR_NONE);
    ck_assert_int_eq(size_of(key), 5);
    ck_assert_int_eq(storage.remove(&storage, key, &error), ERROR_NONE);
    ck_assert_int_eq(size_of(key), -1);
    ck_assert_int_eq(storage.remove(&storage, key, &error), ERROR_NONE);
}
END_TEST

START_TEST(keys_are_unique_and_addresses_have_one_slash)
{
    char first[IMAGE_KEY_SIZE];
    char second[IMAGE_KEY_SIZE];
    struct arena *arena = arena_new(1024);
    ck_assert_int_eq(image_storage_make_key("webp", first), ERROR_NONE);
    ck_assert_int_eq(image_storage_make_key("webp", second), ERROR_NONE);
    ck_assert_str_ne(first, second);
    ck_assert_uint_eq(strlen(first), strlen("products/") + 36 + strlen(".webp"));
    ck_assert_str_eq(image_storage_url(&storage, arena, "products/x.png"),
                     "https://shop.test/images/products/x.png");
    arena_free(arena);
}
END_TEST

START_TEST(a_store_that_cannot_write_says_so_and_leaves_nothing)
{
    struct image_storage missing;
    ck_assert_int_eq(image_storage_open_directory("/proc/none/images", "", &missing, &error),
                     ERROR_NONE);
    ck_assert_int_eq(missing.put(&missing, "products/x.png", "b", 1, &error), ERROR_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(error.cause, "image store"));
    image_storage_close(&missing);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("image_directory");
    TCase *cases = tcase_create("directory");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, an_image_is_kept_and_deleted);
    tcase_add_test(cases, keys_are_unique_and_addresses_have_one_slash);
    tcase_add_test(cases, a_store_that_cannot_write_says_so_and_leaves_nothing);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
