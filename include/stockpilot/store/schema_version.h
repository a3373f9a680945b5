/* schema_version.h - the schema this build was made for. Generated from the names in
 * sql/migrations. */
#ifndef STOCKPILOT_STORE_SCHEMA_VERSION_H
#define STOCKPILOT_STORE_SCHEMA_VERSION_H

/* The number of the newest migration. */
int schema_version_expected(void);

#endif
