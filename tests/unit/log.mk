check_PROGRAMS += tests/unit/test_log tests/unit/test_metric_line
tests_unit_test_log_SOURCES = tests/unit/test_log.c
tests_unit_test_log_LDADD = $(UNIT_LDADD)
tests_unit_test_metric_line_SOURCES = tests/unit/test_metric_line.c tests/unit/run_suite.h
tests_unit_test_metric_line_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_log tests/unit/test_metric_line
