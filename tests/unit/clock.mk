check_PROGRAMS += tests/unit/test_clock
tests_unit_test_clock_SOURCES = tests/unit/test_clock.c tests/unit/run_suite.h
tests_unit_test_clock_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_clock
