/* prisma_url.h - a database's URL as Prisma has it, for libpq. Only for src/store. */
#ifndef STOCKPILOT_SRC_STORE_PRISMA_URL_H
#define STOCKPILOT_SRC_STORE_PRISMA_URL_H

#include <stdbool.h>
#include <stddef.h>

/* An identifier of PostgreSQL, with the NUL behind it. */
#define PRISMA_SCHEMA_SIZE 64

/* Copies the URL without the parameters that only Prisma knows; schema is what `schema` said, else
 * "public". False when a schema or the URL does not fit. */
bool prisma_url_split(const char *url, char *clean, size_t size, char schema[PRISMA_SCHEMA_SIZE]);

#endif
