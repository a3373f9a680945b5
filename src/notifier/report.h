/* report.h - what the notifier tells CloudWatch, as one line of the log (metric_line.h). */
#ifndef STOCKPILOT_SRC_NOTIFIER_REPORT_H
#define STOCKPILOT_SRC_NOTIFIER_REPORT_H

#include "stockpilot/store/outbox_store.h"

/* How it is with the outbox now. Every notifier says so by itself: they are figures of one
 * database, to be taken as maximum, not added up. topics: those that messages can go to. A line is
 * also the sign that a notifier is alive and reaches the database. */
MUST_CHECK enum error_kind report_outbox(const struct store_request *request, const char *topics,
                                         const char *environment);

#endif
