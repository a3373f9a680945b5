/*
 * configuration_file.h - the file of KEY=value lines, read into one text per option.
 */
#ifndef STOCKPILOT_CONFIG_CONFIGURATION_FILE_H
#define STOCKPILOT_CONFIG_CONFIGURATION_FILE_H

#include <stdbool.h>

#include "stockpilot/config/configuration_report.h"
#include "stockpilot/config/option_value.h"
#include "stockpilot/memory/arena.h"

#define CONFIGURATION_FILE_MAX_BYTES (64 * 1024)

/*
 * Sets values[i] for the option in row i of the table where the file has it, and leaves the others.
 * All that is wrong goes into *report, except that a missing file is right where may_be_missing.
 * The texts live in the arena; path is kept in report->file once the file was opened.
 */
void configuration_file_read(const char *path, bool may_be_missing, struct arena *arena,
                             struct option_value values[OPTION_LIMIT],
                             struct configuration_report *report);

#endif
