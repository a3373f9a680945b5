/*
 * migration_files.h - the files a schema is made by: NNNN_name.sql, forward only.
 */
#ifndef STOCKPILOT_STORE_MIGRATION_FILES_H
#define STOCKPILOT_STORE_MIGRATION_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/error/error.h"

#define MIGRATION_NAME_SIZE 128
#define MIGRATION_CHECKSUM_SIZE 65
#define MIGRATION_MAX_BYTES (4u * 1024 * 1024)

struct migration_file {
    int version;                            /* 1…9999, what the name begins with */
    char name[MIGRATION_NAME_SIZE];         /* "0001_settings_users.sql" */
    char checksum[MIGRATION_CHECKSUM_SIZE]; /* SHA-256 of the bytes, 64 hexadecimal digits */
    char *sql;                              /* valid UTF-8, NUL-terminated */
};

/* By version; no version twice. */
struct migration_files {
    size_t count;
    struct migration_file *items;
};

/* Why migrations did not run, as PostgreSQL words it. Parts that do not apply are empty. */
struct migration_failure {
    char file[MIGRATION_NAME_SIZE];
    int line; /* of the file, from 1; 0: not known */
    char fact[1024];
    char detail[1024];
    char hint[512];
};

/* Fills *failure with the fact, and nothing else; returns false for the caller to return. */
bool migration_fail(struct migration_failure *failure, const char *file, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reads all *.sql of the directory. False when one has another kind of name, a number is given
 * twice, or a file cannot be read or is no text. */
MUST_CHECK bool migration_files_read(const char *directory, struct migration_files *files,
                                     struct migration_failure *failure);

void migration_files_free(struct migration_files *files);

#endif
