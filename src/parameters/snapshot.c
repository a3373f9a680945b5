#include "stockpilot/parameters/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stockpilot/config/parameter_name.h"
#include "stockpilot/text/buffer.h"
#include "stockpilot/text/decimal.h"

#define NAME "STOCKPILOT_PARAMETERS"
#define FORMAT "stockpilot parameters 1"
#define MAX_BYTES ((size_t)1024 * 1024)
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* The words are those of the file one after another, each with a NUL behind it: the format, region,
 * endpoint and path, then of each parameter what kind it is, its name and its value. */
#define SECURE "secure"
#define PLAIN "plain"

struct words {
    const char *next;
    const char *end;
};

int snapshot_new(struct error *error)
{
    int made = memfd_create("stockpilot-parameters", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (made < 0) {
        (void)error_set_cause(error, ERROR_INTERNAL, "memfd_create: %s", strerror(errno));
    }
    return made;
}

static void append_word(struct buffer *text, const char *word)
{
    buffer_append(text, word, strlen(word) + 1);
}

static void append_place(struct buffer *text, const struct parameter_place *place)
{
    append_word(text, FORMAT);
    append_word(text, place->region);
    append_word(text, place->endpoint != NULL ? place->endpoint : "");
    append_word(text, place->path);
}

/* What other programs keep there is not ours to have. */
static bool is_wanted(const struct parameter_place *place, const struct ssm_parameter *parameter)
{
    const struct option_definition *option = parameter_option(place->path, parameter->name);
    return option != NULL && (option->flags & OPTION_LOCAL) == 0;
}

static enum error_kind write_sealed(int descriptor, const struct buffer *text, struct error *error)
{
    size_t written = 0;
    while (written < text->length) {
        ssize_t more =
            pwrite(descriptor, text->bytes + written, text->length - written, (off_t)written);
        if (more < 0 && errno != EINTR) {
            return error_set_cause(error, ERROR_INTERNAL, "memory for the parameters: %s",
                                   strerror(errno));
        }
        written += more > 0 ? (size_t)more : 0;
    }
    if (fcntl(descriptor, F_ADD_SEALS, SEALS) != 0) {
        return error_set_cause(error, ERROR_INTERNAL, "the parameters cannot be sealed: %s",
                               strerror(errno));
    }
    return ERROR_NONE;
}

enum error_kind snapshot_fill(int descriptor, const struct parameter_place *place,
                              const struct ssm_parameter *first, struct error *error)
{
    struct buffer text;
    /* A buffer that grows leaves its earlier bytes in the arena. */
    struct arena *arena = arena_new_private(3 * MAX_BYTES);
    if (arena == NULL) {
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the parameters");
    }
    buffer_init(&text, arena, MAX_BYTES);
    append_place(&text, place);
    for (; first != NULL; first = first->next) {
        if (is_wanted(place, first)) {
            append_word(&text, first->secure ? SECURE : PLAIN);
            append_word(&text, first->name);
            append_word(&text, first->value);
        }
    }
    enum error_kind kind =
        buffer_failed(&text)
            ? error_set_cause(error, ERROR_INTERNAL, "the parameters are larger than 1 MB")
            : write_sealed(descriptor, &text, error);
    arena_free(arena);
    return kind;
}

bool snapshot_is_filled(int descriptor)
{
    return fcntl(descriptor, F_GET_SEALS) == SEALS;
}

bool snapshot_is_empty(int descriptor)
{
    struct stat status;
    return fcntl(descriptor, F_GET_SEALS) == 0 && fstat(descriptor, &status) == 0 &&
           status.st_size == 0;
}

/* NULL: there are no more. */
static const char *take_word(struct words *words)
{
    const char *word = words->next;
    const char *nul = memchr(word, '\0', (size_t)(words->end - word));
    if (nul == NULL) {
        return NULL;
    }
    words->next = nul + 1;
    return word;
}

static bool take_this_word(struct words *words, const char *expected)
{
    const char *word = take_word(words);
    return word != NULL && strcmp(word, expected) == 0;
}

static bool is_of_place(struct words *words, const struct parameter_place *place)
{
    return take_this_word(words, FORMAT) && take_this_word(words, place->region) &&
           take_this_word(words, place->endpoint != NULL ? place->endpoint : "") &&
           take_this_word(words, place->path);
}

static bool take_parameter(struct words *words, struct parameter *parameter)
{
    const char *kind = take_word(words);
    parameter->name = kind != NULL ? take_word(words) : NULL;
    parameter->value = parameter->name != NULL ? take_word(words) : NULL;
    parameter->secure = kind != NULL && strcmp(kind, SECURE) == 0;
    return parameter->value != NULL && (parameter->secure || strcmp(kind, PLAIN) == 0);
}

/* All or nothing: what is not whole gives nothing to the taker. */
static bool is_whole(struct words words)
{
    struct parameter parameter;
    while (words.next < words.end) {
        if (!take_parameter(&words, &parameter)) {
            return false;
        }
    }
    return true;
}

static enum error_kind give_words(struct words words, const struct parameter_place *place,
                                  struct parameter_taker *taker, struct error *error)
{
    struct parameter parameter;
    if (!is_of_place(&words, place) || !is_whole(words)) {
        return error_set_cause(error, ERROR_NOT_FOUND, "no snapshot of this place");
    }
    while (take_parameter(&words, &parameter)) {
        if (!parameter_take(taker, &parameter)) {
            return error_set_cause(error, ERROR_INTERNAL, "no memory for the parameters");
        }
    }
    return ERROR_NONE;
}

enum error_kind snapshot_give(int descriptor, const struct parameter_place *place,
                              struct parameter_taker *taker, struct error *error)
{
    struct stat status;
    if (!snapshot_is_filled(descriptor) || fstat(descriptor, &status) != 0 || status.st_size <= 0 ||
        (size_t)status.st_size > MAX_BYTES) {
        return error_set_cause(error, ERROR_NOT_FOUND, "no snapshot");
    }
    /* Sealed: its bytes stay what they are while they are looked at. */
    const size_t size = (size_t)status.st_size;
    void *memory = mmap(NULL, size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (memory == MAP_FAILED) {
        return error_set_cause(error, ERROR_INTERNAL, "mmap: %s", strerror(errno));
    }
    const struct words words = { memory, (const char *)memory + size };
    enum error_kind kind = give_words(words, place, taker, error);
    munmap(memory, size);
    return kind;
}

int snapshot_inherited(void)
{
    const char *text = getenv(NAME);
    int64_t number;
    if (text == NULL || !decimal_parse_integer(text, strlen(text), &number) ||
        number <= STDERR_FILENO || number > INT_MAX) {
        return -1;
    }
    const int descriptor = (int)number;
    return snapshot_is_filled(descriptor) || snapshot_is_empty(descriptor) ? descriptor : -1;
}

static bool set_inheritable(int descriptor, bool inheritable)
{
    return fcntl(descriptor, F_SETFD, inheritable ? 0 : FD_CLOEXEC) == 0;
}

bool snapshot_hand_on(int descriptor)
{
    char text[16];
    const int former = snapshot_inherited();
    if (former >= 0 && former != descriptor) {
        (void)set_inheritable(former, false);
    }
    if (descriptor < 0) {
        return unsetenv(NAME) == 0;
    }
    snprintf(text, sizeof text, "%d", descriptor);
    return setenv(NAME, text, 1) == 0 && set_inheritable(descriptor, true);
}

void snapshot_drop(void)
{
    const int inherited = snapshot_inherited();
    if (inherited >= 0) {
        close(inherited);
    }
    unsetenv(NAME);
}
