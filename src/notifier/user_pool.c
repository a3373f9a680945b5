#include "user_pool.h"

#include <stdbool.h>
#include <string.h>

#include "delivery.h"
#include "stockpilot/store/user_pool_store.h"

/* Our roles are groups of the pool; others that it has are not ours. */
static const char *const groups[] = { "viewer", "staff", "admin" };

/* One message being carried out. */
struct errand {
    struct cognito_client *cognito;
    const struct store_request *request;
    struct deadline deadline;
    struct user_pool_order order;
    char sub[COGNITO_SUB_SIZE];
};

/* Cognito may have taken its time: the database has its own each time. */
static struct store_request request_now(const struct errand *errand)
{
    struct store_request request = *errand->request;
    request.deadline = deadline_after_ms(DELIVERY_DATABASE_MS);
    return request;
}

/* The database is away, or has lost whom it is about; anything else will be so the next time. */
static enum aws_outcome outcome_of(enum error_kind kind)
{
    if (kind == ERROR_NONE || kind == ERROR_NOT_FOUND) {
        return AWS_DONE;
    }
    return kind == ERROR_UNAVAILABLE ? AWS_TRY_AGAIN : AWS_REFUSED;
}

/* By sub, once it is known: an address may change. */
static const char *username_of(const struct errand *errand)
{
    return errand->order.cognito_sub != NULL ? errand->order.cognito_sub : errand->order.email;
}

/* Into the new group before they leave the others: in between they are in too many rather than in
 * none, and the database holds them to the lower. */
static enum aws_outcome set_role(struct errand *errand)
{
    struct error *error = errand->request->error;
    const char *role = errand->order.role;
    if (role == NULL) {
        return AWS_DONE;
    }
    enum aws_outcome outcome =
        cognito_add_to_group(errand->cognito, username_of(errand), role, errand->deadline, error);
    for (size_t i = 0; outcome == AWS_DONE && i < sizeof groups / sizeof *groups; i++) {
        if (strcmp(groups[i], role) != 0) {
            outcome = cognito_remove_from_group(errand->cognito, username_of(errand), groups[i],
                                                errand->deadline, error);
        }
    }
    if (outcome != AWS_DONE) {
        return outcome;
    }
    const struct store_request request = request_now(errand);
    return outcome_of(user_pool_store_role_told(&request, &errand->order));
}

static enum aws_outcome invite(struct errand *errand)
{
    const struct user_pool_order *order = &errand->order;
    enum aws_outcome outcome =
        cognito_invite(errand->cognito, order->email, order->name, errand->deadline, errand->sub,
                       errand->request->error);
    if (outcome != AWS_DONE) {
        return outcome;
    }
    const struct store_request request = request_now(errand);
    enum error_kind kind = user_pool_store_invited(&request, errand->sub, &errand->order);
    return kind == ERROR_NONE ? set_role(errand) : outcome_of(kind);
}

/* The order of the message as it is now. *done: there is nothing left to do, and the outcome. */
static enum aws_outcome take_order(struct errand *errand, const char *outbox_id, bool *done)
{
    const struct store_request request = request_now(errand);
    enum error_kind kind = user_pool_store_order(&request, outbox_id, &errand->order);
    *done = kind != ERROR_NONE || errand->order.superseded;
    return outcome_of(kind);
}

/* Whose invitation was withdrawn before the pool knew them is invited now, role and all; the row
 * that they turn out to have already may be disabled still. */
static enum aws_outcome enable(struct errand *errand, const char *outbox_id)
{
    if (errand->order.cognito_sub == NULL) {
        bool done = false;
        enum aws_outcome outcome = invite(errand);
        if (outcome == AWS_DONE) {
            outcome = take_order(errand, outbox_id, &done);
        }
        if (outcome != AWS_DONE || done) {
            return outcome;
        }
    }
    enum aws_outcome outcome = cognito_enable(errand->cognito, username_of(errand),
                                              errand->deadline, errand->request->error);
    return outcome == AWS_DONE ? set_role(errand) : outcome;
}

enum aws_outcome user_pool_carry_out(struct cognito_client *cognito,
                                     const struct store_request *request, struct deadline deadline,
                                     const struct outbox_message *message)
{
    struct errand errand = { .cognito = cognito, .request = request, .deadline = deadline };
    struct error *error = request->error;
    bool done;
    enum aws_outcome outcome = take_order(&errand, message->outbox_id, &done);
    const struct user_pool_order *order = &errand.order;
    if (done) {
        return outcome;
    }
    if (username_of(&errand) == NULL) {
        error_set_cause(error, ERROR_INTERNAL, "the pool cannot know them: no sub, no address");
        return AWS_REFUSED;
    }
    if (strcmp(order->action, "invite") == 0) {
        return invite(&errand);
    }
    if (strcmp(order->action, "set_role") == 0) {
        return set_role(&errand);
    }
    return strcmp(order->action, "disable") == 0
               ? cognito_disable(cognito, username_of(&errand), deadline, error)
               : enable(&errand, message->outbox_id);
}
