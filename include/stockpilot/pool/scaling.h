/*
 * scaling.h - how many workers a pool wants between its minimum and its maximum.
 *
 * It is told at every SCALING_INTERVAL_MS which share of their time the workers were busy. All of
 * them busy, twice in a row: half as many again. One fewer would still be idle half of the time,
 * for SCALING_CALM_MS: one fewer, and each further one after half of that. Growing is quick since
 * requests wait; shrinking is slow since it costs the next rush a start.
 */
#ifndef STOCKPILOT_POOL_SCALING_H
#define STOCKPILOT_POOL_SCALING_H

#define SCALING_INTERVAL_MS 250
#define SCALING_CALM_MS 10000

struct scaling {
    unsigned minimum, maximum; /* the same: the number is fixed */
    unsigned wanted;
    unsigned rushes; /* intervals in a row in which all were busy */
    unsigned calms;  /* intervals in a row in which one fewer would have done */
};

/* New limits; wanted goes with them. 1 <= minimum <= maximum. */
void scaling_limit(struct scaling *scaling, unsigned minimum, unsigned maximum);

/* One interval has passed in which `serving` workers were busy for `busy_percent` of their time. */
void scaling_note(struct scaling *scaling, unsigned serving, unsigned busy_percent);

#endif
