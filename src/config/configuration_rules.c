#include "stockpilot/config/configuration_rules.h"

#include <string.h>

struct rules {
    const struct configuration *configuration;
    const struct option_value *values;
    struct configuration_report *report;
};

static const struct option_value *value_of(const struct rules *rules, const char *name)
{
    size_t count;
    return &rules->values[option_find(name) - option_table(&count)];
}

static bool is_given(const struct rules *rules, const char *name)
{
    return value_of(rules, name)->text != NULL;
}

static void add_error(const struct rules *rules, const char *name, const char *fact,
                      const char *hint)
{
    configuration_report_add(rules->report, PROBLEM_ERROR, name, value_of(rules, name)->source,
                             fact, hint);
}

static void refuse_development_options(const struct rules *rules, unsigned flags)
{
    size_t count;
    const struct option_definition *options = option_table(&count);

    for (size_t i = 0; i < count; i++) {
        if ((options[i].flags & flags) == flags && rules->values[i].text != NULL) {
            add_error(rules, options[i].name, "is not allowed in production",
                      "Remove it: production works with AWS itself only.");
        }
    }
}

static void require(const struct rules *rules, const char *name)
{
    if (!is_given(rules, name)) {
        option_value_add_missing(option_find(name), rules->configuration->parameter_store_path,
                                 rules->report);
    }
}

static void require_what_the_table_does(const struct rules *rules)
{
    size_t count;
    const struct option_definition *options = option_table(&count);

    for (size_t i = 0; i < count; i++) {
        if ((options[i].flags & OPTION_REQUIRED) != 0) {
            require(rules, options[i].name);
        }
    }
}

/* <region>_<letters and digits>, as AWS makes them. */
static void check_pool_of_region(const struct rules *rules, const char *pool, const char *region)
{
    const char *id = strchr(pool, '_');

    if (id == NULL || id[1] == '\0' || strpbrk(id + 1, "_-") != NULL) {
        add_error(rules, "COGNITO_USER_POOL_ID", "is not of the form <region>_<id>",
                  "Copy the user pool id from the Cognito console.");
    } else if (strlen(region) != (size_t)(id - pool) ||
               strncmp(pool, region, strlen(region)) != 0) {
        add_error(rules, "COGNITO_USER_POOL_ID", "is of another region than AWS_REGION",
                  "Set AWS_REGION to the region that the user pool id begins with.");
    }
}

/* Issuer and key set follow from region and pool, unless development says otherwise. */
static void check_issuer(const struct rules *rules)
{
    const struct configuration *configuration = rules->configuration;

    if (!configuration_is_production(configuration) && is_given(rules, "COGNITO_ISSUER")) {
        if (is_given(rules, "S3_BUCKET_NAME")) {
            require(rules, "AWS_REGION"); /* what is signed for the bucket names it */
        }
        return;
    }
    require(rules, "AWS_REGION");
    require(rules, "COGNITO_USER_POOL_ID");
    if (configuration->cognito_user_pool_id != NULL && configuration->aws_region != NULL) {
        check_pool_of_region(rules, configuration->cognito_user_pool_id, configuration->aws_region);
    }
}

void configuration_check_rules(const struct configuration *configuration,
                               const struct option_value values[OPTION_LIMIT],
                               struct configuration_report *report)
{
    const struct rules rules = { configuration, values, report };

    require_what_the_table_does(&rules);
    if (configuration_is_production(configuration)) {
        refuse_development_options(&rules, OPTION_DEVELOPMENT_ONLY);
    }
    check_issuer(&rules);
}

bool configuration_check_parameter_place(const struct configuration *configuration,
                                         const struct option_value values[OPTION_LIMIT],
                                         struct configuration_report *report)
{
    const struct rules rules = { configuration, values, report };
    const size_t errors_before = report->error_count;

    require(&rules, "AWS_REGION");
    if (configuration_is_production(configuration)) {
        refuse_development_options(&rules, OPTION_DEVELOPMENT_ONLY | OPTION_LOCAL);
    }
    return report->error_count == errors_before;
}
