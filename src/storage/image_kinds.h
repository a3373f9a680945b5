/* image_kinds.h - the two kinds of image store. Only for src/storage. */
#ifndef STOCKPILOT_SRC_STORAGE_IMAGE_KINDS_H
#define STOCKPILOT_SRC_STORAGE_IMAGE_KINDS_H

#include "stockpilot/storage/image_storage.h"

/* Each sets the functions of the kind and its members but base_url. ERROR_INTERNAL without memory;
 * what was made so far is for image_storage_close(). */
MUST_CHECK enum error_kind image_directory_open(const struct image_storage_settings *settings,
                                                struct image_storage *storage, struct error *error);
MUST_CHECK enum error_kind image_s3_open(const struct image_storage_settings *settings,
                                         struct image_storage *storage, struct error *error);
void image_s3_close(struct image_storage *storage);

#endif
