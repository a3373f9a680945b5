/* The image store in a directory: an image is there as a whole or not at all; and the addresses and
 * keys of either kind. */
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
    const struct image_storage_settings settings = { .directory = directory,
                                                     .base_url = "https://shop.test/images/" };
    ck_assert_int_eq(image_storage_open(&settings, &storage, &error), ERROR_NONE);
}

static void teardown(void)
{
    image_storage_close(&storage);
    nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static struct deadline in_time(void)
{
    return deadline_after_ms(5000);
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
    ck_assert_int_eq(storage.put(&storage, key, "bytes", 5, in_time(), &error), ERROR_NONE);
    ck_assert_int_eq(size_of(key), 5);
    ck_assert_int_eq(storage.remove(&storage, key, in_time(), &error), ERROR_NONE);
    ck_assert_int_eq(size_of(key), -1);
    ck_assert_int_eq(storage.remove(&storage, key, in_time(), &error), ERROR_NONE);
}
END_TEST

START_TEST(keys_are_unique_and_addresses_have_one_slash)
{
    char first[IMAGE_KEY_SIZE];
    char second[IMAGE_KEY_SIZE];
    ck_assert_int_eq(image_storage_make_key("webp", first), ERROR_NONE);
    ck_assert_int_eq(image_storage_make_key("webp", second), ERROR_NONE);
    ck_assert_str_ne(first, second);
    ck_assert_uint_eq(strlen(first), strlen("products/") + 36 + strlen(".webp"));
    ck_assert_str_eq(storage.base_url, "https://shop.test/images");
}
END_TEST

START_TEST(a_store_that_cannot_write_says_so_and_leaves_nothing)
{
    struct image_storage missing;
    const struct image_storage_settings settings = { .directory = "/proc/none/images" };
    ck_assert_int_eq(image_storage_open(&settings, &missing, &error), ERROR_NONE);
    ck_assert_int_eq(missing.put(&missing, "products/x.png", "b", 1, in_time(), &error),
                     ERROR_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(error.cause, "image store"));
    image_storage_close(&missing);
}
END_TEST

START_TEST(an_image_that_may_not_be_deleted_is_told_from_a_store_that_is_away)
{
    char path[256];
    snprintf(path, sizeof path, "%s/products", directory);
    ck_assert_int_eq(mkdir(path, 0755), 0);
    snprintf(path, sizeof path, "%s/products/x.png", directory);
    ck_assert_int_eq(mkdir(path, 0755), 0);
    ck_assert_int_eq(storage.remove(&storage, "products/x.png", in_time(), &error),
                     ERROR_FORBIDDEN);
    ck_assert_ptr_nonnull(strstr(error.cause, "image store"));
}
END_TEST

START_TEST(a_directory_takes_nothing_past_us)
{
    ck_assert_ptr_null(storage.sign_upload);
    ck_assert_ptr_null(storage.read_beginning);
}
END_TEST

static void assert_base_url(const struct image_storage_settings *settings, const char *base_url)
{
    struct image_storage opened;
    ck_assert_int_eq(image_storage_open(settings, &opened, &error), ERROR_NONE);
    ck_assert_str_eq(opened.base_url, base_url);
    image_storage_close(&opened);
}

START_TEST(an_address_follows_from_where_images_are)
{
    struct image_storage_settings settings = { .directory = directory };
    assert_base_url(&settings, "/images");
    settings.bucket = "shop-images";
    settings.region = "eu-west-1";
    assert_base_url(&settings, "https://shop-images.s3.eu-west-1.amazonaws.com");
    settings.bucket = "shop.images";
    assert_base_url(&settings, "https://s3.eu-west-1.amazonaws.com/shop.images");
    settings.endpoint = "http://127.0.0.1:9700";
    assert_base_url(&settings, "http://127.0.0.1:9700/shop.images");
    settings.base_url = "https://images.shop.test/";
    assert_base_url(&settings, "https://images.shop.test");
    settings.cdn_domain = "127.0.0.1:8444";
    assert_base_url(&settings, "https://127.0.0.1:8444");
}
END_TEST

START_TEST(keys_and_types_belong_together)
{
    static const char good[] = "products/7d0f6c1e-3f0b-4a51-9a4e-0a4b6c0d3e11.webp";
    ck_assert(image_storage_is_key(good));
    ck_assert_str_eq(image_storage_content_type(good), "image/webp");
    ck_assert_str_eq(image_storage_extension("image/jpeg"), "jpg");
    ck_assert_ptr_null(image_storage_extension("image/svg+xml"));
    ck_assert(!image_storage_is_key(""));
    ck_assert(!image_storage_is_key("products/../etc/passwd.png"));
    ck_assert(!image_storage_is_key("products/7d0f6c1e-3f0b-4a51-9a4e-0a4b6c0d3e11"));
    ck_assert(!image_storage_is_key("products/7d0f6c1e-3f0b-4a51-9a4e-0a4b6c0d3e11.exe"));
    ck_assert(!image_storage_is_key("images/7d0f6c1e-3f0b-4a51-9a4e-0a4b6c0d3e11.png"));
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
    tcase_add_test(cases, an_image_that_may_not_be_deleted_is_told_from_a_store_that_is_away);
    tcase_add_test(cases, a_directory_takes_nothing_past_us);
    tcase_add_test(cases, an_address_follows_from_where_images_are);
    tcase_add_test(cases, keys_and_types_belong_together);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
