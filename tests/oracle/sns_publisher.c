/*
 * sns_publisher ENDPOINT TIMEOUT_MS TOPIC_ARN SUBJECT BODY - publishes with the programs' own
 * client, once for each line on standard input, and prints "accepted ID", "try-again CAUSE" or
 * "refused CAUSE" for each. Credentials are found as the programs find them. The line "subscribe
 * ADDRESS POLICY" subscribes an address instead.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/aws/sns.h"

static const char *const words[] = {
    [AWS_DONE] = "accepted", [AWS_TRY_AGAIN] = "try-again", [AWS_REFUSED] = "refused"
};

static void tell(enum aws_outcome outcome, const char *id, const struct error *error)
{
    printf("%s %s\n", words[outcome], outcome == AWS_DONE ? id : error->cause);
    fflush(stdout);
}

static void publish(struct sns_client *client, char *const *arguments)
{
    struct error error = { 0 };
    char id[SNS_MESSAGE_ID_SIZE] = "";
    const struct sns_message message = {
        .topic_arn = arguments[3],
        .subject = arguments[4][0] != '\0' ? arguments[4] : NULL,
        .body = arguments[5],
        .attribute_count = 2,
        .attributes = { { "event_id", "String", "event-1" },
                        { "recipients", "String.Array", "[\"user-1\"]" } },
    };
    tell(sns_publish(client, &message, id, &error), id, &error);
}

static void subscribe(struct sns_client *client, const char *topic, char *line)
{
    struct error error = { 0 };
    char arn[SNS_SUBSCRIPTION_ARN_SIZE] = "";
    (void)strsep(&line, " ");
    const char *address = strsep(&line, " ");
    tell(sns_subscribe_email(client, topic, address, line, arn, &error), arn, &error);
}

int main(int count, char **arguments)
{
    struct error error = { 0 };
    struct sns_client *client;
    char *line = NULL;
    size_t room = 0;
    if (count != 6) {
        fputs("usage: sns_publisher ENDPOINT TIMEOUT_MS TOPIC_ARN SUBJECT BODY\n", stderr);
        return EXIT_FAILURE;
    }
    struct aws_credential_source *credentials = aws_credential_source_new();
    const struct sns_settings settings = { "us-east-1", arguments[1], credentials, 1000,
                                           (int)strtol(arguments[2], NULL, 10) };
    if (credentials == NULL || sns_client_new(&settings, &client, &error) != ERROR_NONE) {
        return EXIT_FAILURE;
    }
    while (getline(&line, &room, stdin) > 0) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "subscribe ", 10) == 0) {
            subscribe(client, arguments[3], line);
        } else {
            publish(client, arguments);
        }
    }
    free(line);
    sns_client_free(client);
    aws_credential_source_free(credentials);
    return EXIT_SUCCESS;
}
