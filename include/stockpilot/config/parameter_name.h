/*
 * parameter_name.h - which option a parameter of a store is, by its name.
 */
#ifndef STOCKPILOT_CONFIG_PARAMETER_NAME_H
#define STOCKPILOT_CONFIG_PARAMETER_NAME_H

#include "stockpilot/config/option_table.h"

/*
 * The option that the parameter `name`, whole, is below `path`: what stands behind the path, in
 * capitals, with '_' for each '/' and '-': "/stockpilot/production/s3/bucket-name" is
 * S3_BUCKET_NAME. A few names that deployments have beside these are known as well. NULL: none.
 */
const struct option_definition *parameter_option(const char *path, const char *name);

#endif
