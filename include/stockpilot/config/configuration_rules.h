/*
 * configuration_rules.h - what options must be together, each being right on its own.
 */
#ifndef STOCKPILOT_CONFIG_CONFIGURATION_RULES_H
#define STOCKPILOT_CONFIG_CONFIGURATION_RULES_H

#include "stockpilot/config/configuration.h"
#include "stockpilot/config/option_value.h"

/*
 * A production installation accepts the tokens of one AWS user pool and of nobody else: stand-ins
 * for Cognito have private keys that are public, so that no override of issuer or key set can be
 * right there.
 *
 * Fields of options that were given but are wrong are still at their defaults; `values` tells them
 * from those that were not given, so that nothing is told twice.
 */
void configuration_check_rules(const struct configuration *configuration,
                               const struct option_value values[OPTION_LIMIT],
                               struct configuration_report *report);

/* What must be so before Parameter Store is asked, of the options that say where it is. */
MUST_CHECK bool configuration_check_parameter_place(const struct configuration *configuration,
                                                    const struct option_value values[OPTION_LIMIT],
                                                    struct configuration_report *report);

#endif
