/*
 * snapshot.h - parameters that were read once, for other programs: a sealed memfd, which is memory
 * and never on a disk. A program finds the descriptor's number in its environment; its content only
 * whoever has the descriptor.
 *
 * Only parameters that are options are in there, and where they are from. What it holds is checked
 * when it is read: a number may be anything.
 */
#ifndef STOCKPILOT_PARAMETERS_SNAPSHOT_H
#define STOCKPILOT_PARAMETERS_SNAPSHOT_H

#include <stdbool.h>

#include "stockpilot/aws/ssm.h"
#include "stockpilot/config/parameter_source.h"
#include "stockpilot/error/error.h"

/* An empty one: a descriptor that the next program does not get by itself. -1 with error->cause. */
MUST_CHECK int snapshot_new(struct error *error);

/* Puts the parameters into an empty one. From then on nobody can change it. */
MUST_CHECK enum error_kind snapshot_fill(int descriptor, const struct parameter_place *place,
                                         const struct ssm_parameter *first, struct error *error);

bool snapshot_is_filled(int descriptor);
bool snapshot_is_empty(int descriptor);

/* Gives all its parameters to the taker. ERROR_NOT_FOUND: it is none, or of another place;
 * ERROR_INTERNAL: no memory. */
MUST_CHECK enum error_kind snapshot_give(int descriptor, const struct parameter_place *place,
                                         struct parameter_taker *taker, struct error *error);

/* What this process was given, filled or empty; -1: nothing. */
int snapshot_inherited(void);

/* What the programs that this process runs from now on are given, in the place of what was; -1:
 * nothing. false: no memory. */
MUST_CHECK bool snapshot_hand_on(int descriptor);

/* Gives up what this process was given. */
void snapshot_drop(void);

#endif
