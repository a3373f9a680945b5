#include "plan.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNIQUE "@unique@"
#define DIGITS "@digits@"

/* As many bytes as become of the marks, so that the length of a body is known beforehand. */
#define UNIQUE_LENGTH 16
#define DIGITS_LENGTH 4

uint64_t plan_random(uint64_t *state)
{
    /* xorshift64*, G. Marsaglia and S. Vigna. */
    uint64_t x = *state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;
    return x * UINT64_C(2685821657736338717);
}

static void *grown(void *array, size_t count, size_t size)
{
    /* Doubles at each power of two. */
    if ((count & (count - 1)) != 0) {
        return array;
    }
    array = realloc(array, (count == 0 ? 1 : 2 * count) * size);
    if (array == NULL) {
        err(1, "memory");
    }
    return array;
}

static size_t length_of_body(const char *body)
{
    size_t length = strlen(body);
    for (const char *mark = body; (mark = strchr(mark, '@')) != NULL; mark++) {
        if (strncmp(mark, UNIQUE, strlen(UNIQUE)) == 0) {
            length += UNIQUE_LENGTH - strlen(UNIQUE);
        } else if (strncmp(mark, DIGITS, strlen(DIGITS)) == 0) {
            length -= strlen(DIGITS) - DIGITS_LENGTH;
        }
    }
    return length;
}

static void add_request(struct plan *plan, struct kind *kind, char *text)
{
    char *body = NULL;
    char *method = strtok_r(text, " ", &body);
    char *path = strtok_r(NULL, " ", &body);
    if (method == NULL || path == NULL) {
        errx(1, "the plan has a request without a method and a path");
    }
    kind->requests = grown(kind->requests, kind->request_count, sizeof *kind->requests);
    struct request *request = &kind->requests[kind->request_count++];
    int made = asprintf(&request->head,
                        "%s %s HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
                        "Authorization: Bearer ",
                        method, path);
    if (made < 0) {
        err(1, "memory");
    }
    request->head_length = (size_t)made;
    made = *body == '\0'
               ? asprintf(&request->tail, "\r\n\r\n")
               : asprintf(&request->tail,
                          "%s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                          strcmp(method, "POST") == 0 ? "\r\nIdempotency-Key: " UNIQUE : "",
                          length_of_body(body), body);
    if (made < 0) {
        err(1, "memory");
    }
    request->tail_length = (size_t)made;
    size_t most = request->head_length + request->tail_length + strlen(body) + UNIQUE_LENGTH + 1;
    plan->largest = most > plan->largest ? most : plan->largest;
}

static void read_line(struct plan *plan, char *line)
{
    if (strncmp(line, "kind ", 5) == 0) {
        if (plan->kind_count == MAX_KINDS) {
            errx(1, "the plan has more than %d kinds", MAX_KINDS);
        }
        struct kind *kind = &plan->kinds[plan->kind_count++];
        if (sscanf(line, "kind %31s %u %d", kind->name, &kind->weight, &kind->status) != 3) {
            errx(1, "the plan has a bad line: %s", line);
        }
        plan->total_weight += kind->weight;
    } else if (strncmp(line, "request ", 8) == 0 && plan->kind_count > 0) {
        add_request(plan, &plan->kinds[plan->kind_count - 1], line + 8);
    } else if (line[0] != '\0') {
        errx(1, "the plan has a bad line: %s", line);
    }
}

static FILE *opened(const char *name)
{
    FILE *file = fopen(name, "re");
    if (file == NULL) {
        err(1, "%s", name);
    }
    return file;
}

static void read_tokens(struct plan *plan, const char *name)
{
    FILE *file = opened(name);
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    size_t longest = 0;
    while ((length = getline(&line, &room, file)) > 1) {
        line[--length] = '\0';
        plan->tokens = grown(plan->tokens, plan->token_count, sizeof *plan->tokens);
        plan->token_lengths =
            grown(plan->token_lengths, plan->token_count, sizeof *plan->token_lengths);
        plan->tokens[plan->token_count] = strdup(line);
        plan->token_lengths[plan->token_count++] = (size_t)length;
        longest = (size_t)length > longest ? (size_t)length : longest;
    }
    free(line);
    fclose(file);
    if (plan->token_count == 0) {
        errx(1, "%s has no tokens", name);
    }
    plan->largest += longest;
}

void plan_read(struct plan *plan, const char *plan_file, const char *token_file)
{
    FILE *file = opened(plan_file);
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, file) > 0) {
        line[strcspn(line, "\n")] = '\0';
        read_line(plan, line);
    }
    free(line);
    fclose(file);
    for (size_t i = 0; i < plan->kind_count; i++) {
        if (plan->kinds[i].request_count == 0) {
            errx(1, "the kind %s has no requests", plan->kinds[i].name);
        }
    }
    if (plan->total_weight == 0) {
        errx(1, "%s has no kinds", plan_file);
    }
    read_tokens(plan, token_file);
}

size_t plan_draw_kind(const struct plan *plan, uint64_t *random)
{
    unsigned drawn = (unsigned)(plan_random(random) >> 32) % plan->total_weight;
    size_t kind = 0;
    while (drawn >= plan->kinds[kind].weight) {
        drawn -= plan->kinds[kind++].weight;
    }
    return kind;
}

static size_t append(char *out, size_t used, const char *bytes, size_t length)
{
    memcpy(out + used, bytes, length);
    return used + length;
}

static size_t append_tail(char *out, size_t used, const struct request *request, uint64_t unique,
                          uint64_t *random)
{
    const char *rest = request->tail;
    const char *end = rest + request->tail_length;
    const char *mark;
    while ((mark = memchr(rest, '@', (size_t)(end - rest))) != NULL) {
        used = append(out, used, rest, (size_t)(mark - rest));
        if (strncmp(mark, UNIQUE, strlen(UNIQUE)) == 0) {
            used += (size_t)snprintf(out + used, UNIQUE_LENGTH + 1, "%016llx",
                                     (unsigned long long)unique);
            rest = mark + strlen(UNIQUE);
        } else if (strncmp(mark, DIGITS, strlen(DIGITS)) == 0) {
            unsigned digits = 1000 + (unsigned)(plan_random(random) >> 32) % 9000;
            used += (size_t)snprintf(out + used, DIGITS_LENGTH + 1, "%u", digits);
            rest = mark + strlen(DIGITS);
        } else {
            used = append(out, used, mark, 1);
            rest = mark + 1;
        }
    }
    return append(out, used, rest, (size_t)(end - rest));
}

size_t plan_compose(const struct plan *plan, size_t kind, size_t token, uint64_t unique,
                    uint64_t *random, char *out)
{
    const struct kind *wanted = &plan->kinds[kind];
    size_t drawn = (size_t)(plan_random(random) >> 32) % wanted->request_count;
    const struct request *request = &wanted->requests[drawn];
    size_t used = append(out, 0, request->head, request->head_length);
    used = append(out, used, plan->tokens[token], plan->token_lengths[token]);
    return append_tail(out, used, request, unique, random);
}
