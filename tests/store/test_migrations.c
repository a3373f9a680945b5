/*
 * Migrations on a real PostgreSQL: whole or not at all, in order, once, and never a changed file.
 * Each test has an empty database of its own, owned by stockpilot_owner.
 */
#include <check.h>
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "stockpilot/store/migrations.h"
#include "stockpilot/store/schema_version.h"

static char directory[] = "/tmp/stockpilot-test-migrations-XXXXXX";
static char database_url[1024];
static PGconn *owner; /* of the test's database */
static char told[4096];
static struct migration_summary summary;
static struct migration_failure failure;

static const char *required_variable(const char *name)
{
    const char *value = getenv(name);
    ck_assert_msg(value != NULL, "%s is not set: run me by tests/store/with_postgres", name);
    return value;
}

/* The URL with another database's name. */
static void url_of_database(const char *url, const char *database, char *text, size_t size)
{
    const char *name = strstr(url, "/stockpilot?");
    ck_assert_ptr_nonnull(name);
    snprintf(text, size, "%.*s/%s%s", (int)(name - url), url, database,
             name + strlen("/stockpilot"));
}

static void administrate(const char *database, const char *sql)
{
    char url[1024];
    url_of_database(required_variable("STOCKPILOT_ADMIN_DATABASE_URL"), database, url, sizeof url);
    PGconn *admin = PQconnectdb(url);
    PQclear(PQexec(admin, "set client_min_messages = warning"));
    PGresult *result = PQexec(admin, sql);
    ck_assert_msg(PQresultStatus(result) == PGRES_COMMAND_OK, "%s", PQerrorMessage(admin));
    PQclear(result);
    PQfinish(admin);
}

static void make_database(void)
{
    /* A test that failed left it behind. */
    administrate("postgres", "drop database if exists migrations_test with (force)");
    administrate("postgres", "create database migrations_test owner stockpilot_owner");
    administrate("migrations_test", "alter schema public owner to stockpilot_owner");
    url_of_database(required_variable("STOCKPILOT_OWNER_DATABASE_URL"), "migrations_test",
                    database_url, sizeof database_url);
    owner = PQconnectdb(database_url);
    ck_assert_msg(PQstatus(owner) == CONNECTION_OK, "%s", PQerrorMessage(owner));
    memcpy(directory + strlen(directory) - 6, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

static void remove_database(void)
{
    DIR *opened = opendir(directory);
    const struct dirent *entry;
    while ((entry = readdir(opened)) != NULL) {
        unlinkat(dirfd(opened), entry->d_name, 0);
    }
    closedir(opened);
    rmdir(directory);
    PQfinish(owner);
    administrate("postgres", "drop database migrations_test with (force)");
}

static void path_of(const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", directory, name);
}

static void write_file(const char *name, const char *sql)
{
    char path[256];
    path_of(name, path);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(sql, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static void remove_file(const char *name)
{
    char path[256];
    path_of(name, path);
    ck_assert_int_eq(unlink(path), 0);
}

static void remember_told(void *context, const char *file)
{
    (void)context;
    const size_t length = strlen(told);
    snprintf(told + length, sizeof told - length, "%s ", file);
}

static bool run(bool dry_run)
{
    const struct migration_settings settings = {
        .database_url = database_url,
        .directory = directory,
        .dry_run = dry_run,
        .tell = remember_told,
    };
    told[0] = '\0';
    return migrations_run(&settings, &summary, &failure);
}

static void assert_done(const char *files, size_t before, size_t now)
{
    ck_assert_str_eq(told, files);
    ck_assert_uint_eq(summary.before, before);
    ck_assert_uint_eq(summary.now, now);
}

static void assert_fails(const char *file, const char *fact)
{
    ck_assert(!run(false));
    ck_assert_str_eq(failure.file, file);
    ck_assert_msg(strstr(failure.fact, fact), "\"%s\" is not in \"%s\"", fact, failure.fact);
}

/* The query's only value, as text; "" for null or no row. */
static const char *value_of(const char *query)
{
    static char value[512];
    PGresult *result = PQexec(owner, query);
    ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK, "%s", PQerrorMessage(owner));
    snprintf(value, sizeof value, "%s", PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    return value;
}

static void assert_tables(const char *names)
{
    ck_assert_str_eq(value_of("select coalesce(string_agg(tablename, ' ' order by tablename), '')"
                              " from pg_tables where schemaname = 'public'"),
                     names);
}

START_TEST(files_are_applied_in_order_and_once)
{
    write_file("0002_second.sql", "alter table a add column b text;");
    write_file("0001_first.sql", "create table a (a integer);\ninsert into a values (1);\n");
    write_file("0010_third.sql", "create table c ();");
    write_file("README.md", "not a migration");
    ck_assert(run(false));
    assert_done("0001_first.sql 0002_second.sql 0010_third.sql ", 0, 3);
    assert_tables("a c schema_migrations");
    ck_assert_str_eq(value_of("select string_agg(version || ' ' || name || ' ' ||"
                              " (applied_at > now() - interval '1 minute'), ','"
                              " order by version) from schema_migrations"),
                     "1 0001_first.sql true,2 0002_second.sql true,10 0010_third.sql true");
    ck_assert_str_eq(value_of("select checksum from schema_migrations where version = 10"),
                     value_of("select encode(sha256('create table c ();'), 'hex')"));

    ck_assert(run(false));
    assert_done("", 3, 0);

    write_file("0011_fourth.sql", "create table d ();");
    ck_assert(run(false));
    assert_done("0011_fourth.sql ", 3, 1);
}
END_TEST

START_TEST(a_dry_run_changes_nothing)
{
    write_file("0001_first.sql", "create table a ();");
    write_file("0002_second.sql", "create table b ();");
    ck_assert(run(true));
    assert_done("0001_first.sql 0002_second.sql ", 0, 2);
    assert_tables("");

    ck_assert(run(false));
    write_file("0003_third.sql", "create table c ();");
    ck_assert(run(true));
    assert_done("0003_third.sql ", 2, 1);
    assert_tables("a b schema_migrations");

    write_file("0001_first.sql", "create table changed ();");
    ck_assert(!run(true));
    ck_assert_str_eq(failure.file, "0001_first.sql");
}
END_TEST

START_TEST(a_file_that_fails_leaves_nothing_behind)
{
    write_file("0001_first.sql", "create table a ();");
    write_file("0002_second.sql", "create table b ();\n"
                                  "insert into b select;\n"
                                  "-- \xc3\xa9\xe2\x82\xac\xf0\x9f\x93\xa6\n"
                                  "create function f() returns integer language plpgsql as $$\n"
                                  "begin return 1; end $$;\n"
                                  "select 1 from nowhere;\n");
    write_file("0003_third.sql", "create table c ();");
    assert_fails("0002_second.sql", "relation \"nowhere\" does not exist");
    ck_assert_int_eq(failure.line, 6);
    assert_done("0001_first.sql ", 0, 1);
    assert_tables("a schema_migrations");

    write_file("0002_second.sql", "create table b ();");
    ck_assert(run(false));
    assert_done("0002_second.sql 0003_third.sql ", 1, 2);
}
END_TEST

START_TEST(the_first_file_failing_leaves_no_table)
{
    write_file("0001_first.sql", "create table a ();\n\ncreate tabel b ();");
    assert_fails("0001_first.sql", "syntax error at or near \"tabel\"");
    ck_assert_int_eq(failure.line, 3);
    assert_tables("");
}
END_TEST

START_TEST(an_error_without_a_position_says_what_postgres_says)
{
    write_file("0001_first.sql", "create table a (a integer primary key);\n"
                                 "insert into a values (1), (1);");
    assert_fails("0001_first.sql", "duplicate key value violates unique constraint \"a_pkey\"");
    ck_assert_str_eq(failure.detail, "Key (a)=(1) already exists.");
    ck_assert_int_eq(failure.line, 0);
}
END_TEST

/* It fails at COMMIT, after every statement went well. */
START_TEST(a_deferred_constraint_undoes_the_file)
{
    write_file("0001_first.sql", "create table a (a integer primary key);"
                                 "create table b (a integer references a"
                                 " deferrable initially deferred);"
                                 "insert into b values (1);");
    assert_fails("0001_first.sql", "violates foreign key constraint");
    assert_tables("");
}
END_TEST

START_TEST(a_file_cannot_end_its_transaction)
{
    static const char *const enders[] = {
        "commit",
        "rollback",
        "end",
        "abort",
        "begin",
        "commit; begin",
        "start transaction",
        "/* c */ COMMIT",
        "prepare transaction 'x'",
        "do $$ begin commit; end $$",
    };
    for (size_t i = 0; i < sizeof enders / sizeof *enders; i++) {
        char sql[256];
        snprintf(sql, sizeof sql, "create table a ();\n%s;\ncreate table b ();\n", enders[i]);
        write_file("0001_first.sql", sql);
        ck_assert_msg(!run(false), "accepted: %s", enders[i]);
        ck_assert_str_eq(failure.file, "0001_first.sql");
        assert_tables("");
    }
    write_file("0001_first.sql", "create table a ();\ncommit;\n");
    ck_assert(!run(false));
    ck_assert_msg(strstr(failure.hint, "one transaction by itself"), "%s", failure.hint);
}
END_TEST

START_TEST(commands_of_psql_are_refused)
{
    write_file("0001_first.sql", "create table a ();\n\\i other.sql\n");
    assert_fails("0001_first.sql", "syntax error at or near \"\\\"");
    ck_assert_int_eq(failure.line, 2);
    assert_tables("");
}
END_TEST

START_TEST(history_and_files_must_agree)
{
    write_file("0001_first.sql", "create table a ();");
    write_file("0003_third.sql", "create table c ();");
    ck_assert(run(false));

    write_file("0001_first.sql", "create table a (); ");
    write_file("0004_fourth.sql", "create table d ();");
    assert_fails("0001_first.sql", "was changed after it had been applied");
    assert_tables("a c schema_migrations");

    write_file("0001_first.sql", "create table a ();");
    write_file("0002_second.sql", "create table b ();");
    assert_fails("0002_second.sql", "was never applied, but comes before 0003_third.sql");

    remove_file("0002_second.sql");
    remove_file("0003_third.sql");
    assert_fails("0003_third.sql", "the file is gone");
}
END_TEST

START_TEST(wrong_files_are_refused_before_anything_runs)
{
    static const char *const names[] = { "1_first.sql",  "0000_zero.sql", "0002-dash.sql",
                                         "0002_Big.sql", "00002_x.sql",   "0002_.sql",
                                         "0002_a b.sql", "second.sql",    "0001_other.sql" };
    write_file("0001_first.sql", "create table a ();");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        write_file(names[i], "create table b ();");
        ck_assert_msg(!run(false), "accepted: %s", names[i]);
        remove_file(names[i]);
    }
    write_file("0002_second.sql", "select '\xff'");
    assert_fails("0002_second.sql", "is not UTF-8 text");
    remove_file("0002_second.sql");

    char path[256];
    path_of("0002_second.sql", path);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    assert_fails("0002_second.sql", "is not a file");
    ck_assert_int_eq(rmdir(path), 0);

    assert_tables("");
    remove_file("0001_first.sql");
    assert_fails("", "has no migrations");
}
END_TEST

/* Whether `count` sessions of the database wait for a lock; asked again and again until they do. */
static void wait_for_waiters(const char *count)
{
    for (int i = 0; i < 3000; i++) {
        if (strcmp(value_of("select count(*) from pg_stat_activity where datname ="
                            " current_database() and wait_event_type = 'Lock'"),
                   count) == 0) {
            return;
        }
        poll(NULL, 0, 10);
    }
    ck_abort_msg("%s sessions never waited for a lock", count);
}

static pid_t start_run(void)
{
    const pid_t child = fork();
    if (child == 0) {
        _exit(run(false) ? (int)summary.now : 99);
    }
    ck_assert_int_gt(child, 0);
    return child;
}

static int result_of(pid_t child)
{
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

START_TEST(runs_at_the_same_time_wait_for_each_other)
{
    write_file("0001_first.sql", "create table a ();");
    write_file("0002_second.sql", "create table b ();");
    /* Holds the first run at its first statement until the second one waits for it. */
    PQclear(PQexec(owner, "begin; create table a ()"));
    char observer_url[1024];
    url_of_database(required_variable("STOCKPILOT_OWNER_DATABASE_URL"), "migrations_test",
                    observer_url, sizeof observer_url);
    PGconn *holder = owner;
    owner = PQconnectdb(observer_url);

    const pid_t first = start_run();
    wait_for_waiters("1");
    const pid_t second = start_run();
    wait_for_waiters("2");
    PQclear(PQexec(holder, "rollback"));
    PQfinish(holder);

    ck_assert_int_eq(result_of(first), 2);
    ck_assert_int_eq(result_of(second), 0);
    assert_tables("a b schema_migrations");
}
END_TEST

START_TEST(a_failed_connection_tells_no_secret)
{
    static const char *const urls[] = {
        "postgresql://stockpilot_owner:never-shown@/migrations_test?host=/nonexistent",
        "postgresql://stockpilot_owner:never-shown@127.0.0.1:1/migrations_test",
        "postgresql://stockpilot_owner@127.0.0.1:1/migrations_test?never-shown=1",
        "postgresql://stockpilot_owner:never%-shown@127.0.0.1:1/migrations_test",
    };
    write_file("0001_first.sql", "create table a ();");
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        snprintf(database_url, sizeof database_url, "%s", urls[i]);
        ck_assert(!run(false));
        ck_assert_str_ne(failure.fact, "");
        ck_assert_ptr_null(strstr(failure.fact, "shown"));
        ck_assert_ptr_null(strstr(failure.detail, "shown"));
    }
}
END_TEST

START_TEST(another_role_is_told_to_be_the_owner)
{
    write_file("0001_first.sql", "create table a ();");
    url_of_database(required_variable("DATABASE_URL"), "migrations_test", database_url,
                    sizeof database_url);
    ck_assert(!run(false));
    ck_assert_msg(strstr(failure.hint, "MIGRATION_DATABASE_URL"), "%s", failure.hint);
}
END_TEST

START_TEST(this_build_expects_the_newest_migration)
{
    struct migration_files files;
    char path[1024];
    snprintf(path, sizeof path, "%s/sql/migrations", required_variable("top_srcdir"));
    ck_assert_msg(migration_files_read(path, &files, &failure), "%s: %s", failure.file,
                  failure.fact);
    ck_assert_int_eq(files.items[files.count - 1].version, schema_version_expected());
    migration_files_free(&files);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("migrations");
    TCase *migrating = tcase_create("migrating");
    tcase_set_timeout(migrating, 60);
    tcase_add_checked_fixture(migrating, make_database, remove_database);
    tcase_add_test(migrating, files_are_applied_in_order_and_once);
    tcase_add_test(migrating, a_dry_run_changes_nothing);
    tcase_add_test(migrating, a_file_that_fails_leaves_nothing_behind);
    tcase_add_test(migrating, the_first_file_failing_leaves_no_table);
    tcase_add_test(migrating, an_error_without_a_position_says_what_postgres_says);
    tcase_add_test(migrating, a_deferred_constraint_undoes_the_file);
    tcase_add_test(migrating, a_file_cannot_end_its_transaction);
    tcase_add_test(migrating, commands_of_psql_are_refused);
    tcase_add_test(migrating, history_and_files_must_agree);
    tcase_add_test(migrating, wrong_files_are_refused_before_anything_runs);
    tcase_add_test(migrating, runs_at_the_same_time_wait_for_each_other);
    tcase_add_test(migrating, a_failed_connection_tells_no_secret);
    tcase_add_test(migrating, another_role_is_told_to_be_the_owner);
    tcase_add_test(migrating, this_build_expects_the_newest_migration);
    suite_add_tcase(suite, migrating);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
