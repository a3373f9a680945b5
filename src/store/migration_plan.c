#include "stockpilot/store/migration_plan.h"

#include <stdio.h>
#include <string.h>

static bool fail_with_hint(struct migration_failure *failure, const char *hint)
{
    snprintf(failure->hint, sizeof failure->hint, "%s", hint);
    return false;
}

static bool is_unchanged(const struct migration_file *file, const struct applied_migration *applied,
                         struct migration_failure *failure)
{
    static const char hint[] =
        "Put the file back as it was, and make the change in a new migration.";

    if (strcmp(file->checksum, applied->checksum) != 0) {
        (void)migration_fail(failure, file->name, "was changed after it had been applied");
        snprintf(failure->detail, sizeof failure->detail, "SHA-256 is %s, was %s.", file->checksum,
                 applied->checksum);
        return fail_with_hint(failure, hint);
    }
    if (strcmp(file->name, applied->name) != 0) {
        (void)migration_fail(failure, file->name, "was applied as %s", applied->name);
        return fail_with_hint(failure, "Give the file its name back.");
    }
    return true;
}

bool migration_plan(const struct migration_files *files, const struct applied_migration *applied,
                    size_t applied_count, size_t *first_pending, struct migration_failure *failure)
{
    for (size_t i = 0; i < applied_count; i++) {
        if (i < files->count && files->items[i].version < applied[i].version) {
            (void)migration_fail(failure, files->items[i].name,
                                 "was never applied, but comes before %s, which was",
                                 applied[i].name);
            return fail_with_hint(failure, "Give it a number after the newest applied one.");
        }
        if (i >= files->count || files->items[i].version > applied[i].version) {
            (void)migration_fail(failure, applied[i].name, "was applied, but the file is gone");
            return fail_with_hint(failure, "Use the migrations of the release that applied it, "
                                           "or of a later one.");
        }
        if (!is_unchanged(&files->items[i], &applied[i], failure)) {
            return false;
        }
    }
    *first_pending = applied_count;
    return true;
}
