check_PROGRAMS += tests/unit/test_text tests/unit/test_decimal tests/unit/test_iso8601 \
	tests/unit/test_csv_read
tests_unit_test_text_SOURCES = tests/unit/test_text.c tests/unit/run_suite.h
tests_unit_test_text_LDADD = $(UNIT_LDADD)
tests_unit_test_decimal_SOURCES = tests/unit/test_decimal.c tests/unit/run_suite.h
tests_unit_test_decimal_LDADD = $(UNIT_LDADD)
tests_unit_test_iso8601_SOURCES = tests/unit/test_iso8601.c tests/unit/run_suite.h
tests_unit_test_iso8601_LDADD = $(UNIT_LDADD)
tests_unit_test_csv_read_SOURCES = tests/unit/test_csv_read.c tests/unit/run_suite.h
tests_unit_test_csv_read_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_text tests/unit/test_decimal tests/unit/test_iso8601 \
	tests/unit/test_csv_read
