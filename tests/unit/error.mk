check_PROGRAMS += tests/unit/test_error
tests_unit_test_error_SOURCES = tests/unit/test_error.c tests/unit/run_suite.h
tests_unit_test_error_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_error
