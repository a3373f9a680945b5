check_PROGRAMS += tests/unit/test_arena
tests_unit_test_arena_SOURCES = tests/unit/test_arena.c tests/unit/run_suite.h
tests_unit_test_arena_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_arena
