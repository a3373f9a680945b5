/* sns_text.h - texts as SNS takes them, and as an e-mail shows them
 * (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
#ifndef STOCKPILOT_AWS_SNS_TEXT_H
#define STOCKPILOT_AWS_SNS_TEXT_H

#include <stddef.h>

/* Of a subject, with the NUL behind it. */
#define SNS_SUBJECT_SIZE 100

/* Bytes of a message, subject and attributes included. */
#define SNS_MESSAGE_MAX (256u * 1024)

/*
 * A legal subject made of valid UTF-8: less than 100 characters of ASCII on one line, beginning
 * with a letter, digit or punctuation. Letters with accents lose them, what is no ASCII becomes
 * '?', white space and control characters become one space. Cut with "..."; never empty.
 */
void sns_subject(const char *text, char subject[SNS_SUBJECT_SIZE]);

/* How many bytes of valid UTF-8 fit into `maximum`, ending with a whole character. */
size_t sns_fitting_length(const char *text, size_t maximum);

#endif
