/*
 * option_syntax.h - the forms that option values have.
 *
 * Each function is an option_check: NULL for a good text, else what is wrong with it, a sentence
 * that follows the option's name and contains nothing of the text.
 */
#ifndef STOCKPILOT_CONFIG_OPTION_SYNTAX_H
#define STOCKPILOT_CONFIG_OPTION_SYNTAX_H

#include <stdbool.h>

/* UTF-8 without control characters. Every value of every option passes here first. */
const char *syntax_text(const char *text);

/* Absolute, without "//", "/./" or "/../" tricks being looked for: it is the administrator's. */
const char *syntax_path(const char *text);

/* http://host… or https://host…, without user, query or fragment, and no '/' at the end. */
const char *syntax_web_url(const char *text);

/* The same, or an absolute path on this site. */
const char *syntax_web_address(const char *text);

/* "eu-west-1" */
const char *syntax_aws_region(const char *text);

/* Letters, digits, '_' and '-': AWS's own form <region>_<id> is a rule of configurations that use
 * AWS. */
const char *syntax_user_pool_id(const char *text);

/* One or more ids separated by commas, without spaces. */
const char *syntax_client_ids(const char *text);

/* A POSIX shared memory name: '/' and 1 to 200 letters, digits, '.', '_', '-'. */
const char *syntax_shm_name(const char *text);

/* General purpose bucket naming rules: 3 to 63 of lower-case letters, digits, '.', '-'. */
const char *syntax_s3_bucket(const char *text);

/* A host name, perhaps with a port: no scheme, no path. */
const char *syntax_host(const char *text);

/* arn:aws:sns:<region>:<account>:<name> */
const char *syntax_sns_topic_arn(const char *text);

/* A path of Parameter Store: '/' and letters, digits, '.', '_', '-' on up to 15 levels. */
const char *syntax_parameter_path(const char *text);

/* Whether a web URL begins with https://. */
bool web_url_is_https(const char *url);

#endif
