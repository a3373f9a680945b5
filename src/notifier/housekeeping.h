/*
 * housekeeping.h - the processes that keep the database in order: one for summaries, digests and
 * what is forgotten, one for the verification of each night, which may take minutes.
 *
 * All of it is transactions of the database that several copies may begin and one does. So it may
 * be ended at any time, and is: TERM has its default action in it.
 */
#ifndef STOCKPILOT_SRC_NOTIFIER_HOUSEKEEPING_H
#define STOCKPILOT_SRC_NOTIFIER_HOUSEKEEPING_H

#include "stockpilot/config/configuration.h"

enum housekeeping { HOUSEKEEPING_FREQUENT, HOUSEKEEPING_VERIFICATION };

/* Does not return, unless it cannot begin: the exit status then. */
int housekeeping_run(const struct configuration *configuration, enum housekeeping what);

#endif
