/* statuses.h - which HTTP statuses are counted apart. Not for others. */
#ifndef STOCKPILOT_SRC_METRICS_STATUSES_H
#define STOCKPILOT_SRC_METRICS_STATUSES_H

#include "stockpilot/metrics/metrics.h"

/* The last one, 0, stands for any other. */
extern const int metrics_statuses[METRICS_STATUSES];

#endif
