/*
 * hash64.h - a fast 64-bit hash of bytes, for telling versions of a text apart.
 *
 * Not for secrets and not against an adversary who looks for collisions: where that matters,
 * OpenSSL's SHA-256 is used. The value is the same in every process of one architecture, but may
 * differ between releases: it is never stored.
 */
#ifndef STOCKPILOT_TEXT_HASH64_H
#define STOCKPILOT_TEXT_HASH64_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash64(const void *bytes, size_t length);

#endif
