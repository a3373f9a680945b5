# Fuzz targets. Configured with --enable-fuzzing (and CC=clang) they are libFuzzer programs, built by
# `make fuzz` and run by hand: tests/fuzz/fuzz_json -max_total_time=120 <a copy of its corpus>.
# In every other build, `make check` replays tests/fuzz/corpus/NAME through fuzz_NAME.
FUZZ_TARGETS = \
	tests/fuzz/fuzz_csv \
	tests/fuzz/fuzz_header \
	tests/fuzz/fuzz_json \
	tests/fuzz/fuzz_multipart \
	tests/fuzz/fuzz_query_path

FUZZ_COMMON = tests/fuzz/fuzz_target.h
if FUZZING
EXTRA_PROGRAMS = $(FUZZ_TARGETS)
else
FUZZ_COMMON += tests/fuzz/replay.c
check_PROGRAMS += $(FUZZ_TARGETS)
TESTS += $(FUZZ_TARGETS)
endif

.PHONY: fuzz
fuzz: $(FUZZ_TARGETS)

tests_fuzz_fuzz_csv_SOURCES = tests/fuzz/fuzz_csv.c $(FUZZ_COMMON)
tests_fuzz_fuzz_csv_LDADD = $(STOCKPILOT_LIBS)
tests_fuzz_fuzz_csv_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

tests_fuzz_fuzz_header_SOURCES = tests/fuzz/fuzz_header.c $(FUZZ_COMMON)
tests_fuzz_fuzz_header_LDADD = $(STOCKPILOT_LIBS)
tests_fuzz_fuzz_header_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

tests_fuzz_fuzz_json_SOURCES = tests/fuzz/fuzz_json.c $(FUZZ_COMMON)
tests_fuzz_fuzz_json_LDADD = $(STOCKPILOT_LIBS)
tests_fuzz_fuzz_json_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

tests_fuzz_fuzz_multipart_SOURCES = tests/fuzz/fuzz_multipart.c $(FUZZ_COMMON)
tests_fuzz_fuzz_multipart_LDADD = $(STOCKPILOT_LIBS)
tests_fuzz_fuzz_multipart_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

tests_fuzz_fuzz_query_path_SOURCES = tests/fuzz/fuzz_query_path.c $(FUZZ_COMMON)
tests_fuzz_fuzz_query_path_LDADD = $(STOCKPILOT_LIBS)
tests_fuzz_fuzz_query_path_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

EXTRA_DIST += tests/fuzz/corpus
include tests/fuzz/auth.mk
