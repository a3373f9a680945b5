/* The gate before libfcgi: what nginx sends passes, however it is cut; nothing else does (AC-96).
 */
#include <check.h>
#include <stdbool.h>
#include <string.h>

#include "../../src/fastcgi/record_gate.h"
#include "run_suite.h"

#define BEGIN "\1\1\0\1\0\10\0\0\0\1\1\0\0\0\0\0"
#define EMPTY_PARAMS "\1\4\0\1\0\0\0\0"
#define EMPTY_STDIN "\1\5\0\1\0\0\0\0"
#define PARAMS_AB "\1\4\0\1\0\4\0\0\1\1AB"
/* A value of four-byte length, cut by a record's end within the length, within the value, and
 * padded. */
#define PARAMS_SPLIT "\1\4\0\1\0\4\3\0\1\200\0\0xyz\1\4\0\1\0\4\0\0\3Nva\1\4\0\1\0\1\0\0l"
#define STDIN_XYZ "\1\5\0\1\0\3\5\0xyz-----"

struct stream {
    const char *bytes;
    size_t length;
};

#define STREAM(text)                                                                               \
    {                                                                                              \
        (text), sizeof(text) - 1                                                                   \
    }

static const struct stream good[] = {
    STREAM(BEGIN EMPTY_PARAMS EMPTY_STDIN),
    STREAM(BEGIN PARAMS_AB EMPTY_PARAMS EMPTY_STDIN),
    STREAM(BEGIN PARAMS_SPLIT PARAMS_AB EMPTY_PARAMS STDIN_XYZ STDIN_XYZ EMPTY_STDIN),
    STREAM(BEGIN "\1\4\0\1\0\4\0\0\0\0\0\0" EMPTY_PARAMS EMPTY_STDIN),
};

static const struct stream bad[] = {
    STREAM("\0\1\0\1\0\10\0\0"),                              /* version */
    STREAM("\1\1\0\0\0\10\0\0"),                              /* id 0 */
    STREAM("\1\1\0\1\0\7\0\0"),                               /* too short to begin */
    STREAM("\1\1\0\1\0\10\0\0\0\2"),                          /* an authorizer */
    STREAM("\1\1\0\1\0\10\0\0\1\1"),                          /* role 257 */
    STREAM(EMPTY_PARAMS),                                     /* not begun */
    STREAM("\1\11\0\0\0\0\0\0"),                              /* GET_VALUES first, */
    STREAM(BEGIN "\1\11\0\0\0\0\0\0"),                        /* among the parameters, */
    STREAM(BEGIN EMPTY_PARAMS STDIN_XYZ "\1\11\0\0\0\0\0\0"), /* within the body */
    STREAM(BEGIN BEGIN),                                      /* begun twice */
    STREAM(BEGIN "\1\4\0\2\0\0\0\0"),                         /* another id */
    STREAM(BEGIN "\1\2\0\1\0\0\0\0"),                         /* given up */
    STREAM(BEGIN EMPTY_STDIN),                                /* no parameters */
    STREAM(BEGIN "\1\4\0\1\0\0\1\0"),                         /* an end with padding */
    STREAM(BEGIN "\1\4\0\1\0\1\0\0\1" EMPTY_PARAMS),     /* an end within a pair: one length, */
    STREAM(BEGIN "\1\4\0\1\0\2\0\0\200\0" EMPTY_PARAMS), /* half a length, */
    STREAM(BEGIN "\1\4\0\1\0\3\0\0\1\1A" EMPTY_PARAMS),  /* no value */
    STREAM(BEGIN "\1\4\0\1\0\10\0\0\377\377\377\377\1"), /* a name of 2^31 - 1, */
    STREAM(BEGIN "\1\4\0\1\0\10\0\0\2\377\377\377\376"), /* a value of 2^31 - 2, */
    STREAM(BEGIN "\1\4\0\1\0\10\0\0\200\1\0\0\1"),       /* a name of 2^16 */
    STREAM(BEGIN EMPTY_PARAMS EMPTY_PARAMS),             /* ended twice */
    STREAM(BEGIN EMPTY_PARAMS "\1\5\0\2\0\0\0\0"),       /* another's body */
    STREAM(BEGIN EMPTY_PARAMS EMPTY_STDIN "\1"),         /* a byte behind the end */
};

static bool admitted(const struct stream *stream, size_t piece, struct record_gate *gate)
{
    *gate = (struct record_gate){ 0 };
    for (size_t at = 0; at < stream->length; at += piece) {
        size_t left = stream->length - at;
        if (!record_gate_admit(gate, (const unsigned char *)stream->bytes + at,
                               left < piece ? left : piece)) {
            return false;
        }
    }
    return true;
}

START_TEST(what_nginx_sends_passes)
{
    struct record_gate gate;
    for (size_t piece = 1; piece <= good[_i].length; piece++) {
        ck_assert(admitted(&good[_i], piece, &gate));
        ck_assert_int_eq(gate.phase, GATE_DONE);
    }
}
END_TEST

START_TEST(a_part_of_it_is_never_complete)
{
    struct record_gate gate;
    for (size_t length = 0; length < good[_i].length; length++) {
        const struct stream part = { good[_i].bytes, length };
        ck_assert(admitted(&part, length + 1, &gate));
        ck_assert_int_ne(gate.phase, GATE_DONE);
    }
}
END_TEST

START_TEST(anything_else_does_not)
{
    struct record_gate gate;
    for (size_t piece = 1; piece <= bad[_i].length; piece++) {
        ck_assert_msg(!admitted(&bad[_i], piece, &gate), "in pieces of %zu", piece);
    }
}
END_TEST

START_TEST(parameters_are_bounded_in_all)
{
    static char bytes[16 + 8 * (8 + 9362)];
    static const char header[8] = { 1, 4, 0, 1, 9362 >> 8, 9362 & 0xff, 0, 0 };
    struct stream stream = { bytes, 16 };
    struct record_gate gate;
    memcpy(bytes, BEGIN, 16);
    for (int i = 0; i < 8; i++) { /* pairs of two empty texts; 8 × 9362 > 65535 */
        memcpy(bytes + stream.length, header, sizeof header);
        stream.length += sizeof header + 9362;
        ck_assert_int_eq(admitted(&stream, sizeof bytes, &gate), i < 7);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("record_gate");
    TCase *tests = tcase_create("admit");
    tcase_add_loop_test(tests, what_nginx_sends_passes, 0, sizeof good / sizeof *good);
    tcase_add_loop_test(tests, a_part_of_it_is_never_complete, 0, sizeof good / sizeof *good);
    tcase_add_loop_test(tests, anything_else_does_not, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tests, parameters_are_bounded_in_all);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
