#include "stockpilot/config/configuration.h"
#include "stockpilot/storage/image_storage.h"

struct image_storage_settings image_storage_settings_of(const struct configuration *configuration,
                                                        struct aws_credential_source *credentials)
{
    return (struct image_storage_settings){
        .directory = configuration->image_directory,
        .bucket = configuration->s3_bucket_name,
        .cdn_domain = configuration->cloudfront_domain,
        .base_url = configuration->image_base_url,
        .region = configuration->aws_region,
        .endpoint = configuration->s3_endpoint,
        .credentials = credentials,
    };
}
