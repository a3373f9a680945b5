check_PROGRAMS += tests/unit/test_snapshot
tests_unit_test_snapshot_SOURCES = tests/unit/test_snapshot.c tests/unit/run_suite.h
tests_unit_test_snapshot_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_snapshot
