check_PROGRAMS += tests/unit/test_metrics tests/unit/test_exposition_reader
TESTS += tests/unit/test_metrics tests/unit/test_exposition_reader

EXPOSITION_READER_SOURCES = tests/unit/exposition_reader.c tests/unit/exposition_reader.h

tests_unit_test_metrics_SOURCES = tests/unit/test_metrics.c tests/unit/run_suite.h \
	$(CHILDREN_SOURCES) $(EXPOSITION_READER_SOURCES)
tests_unit_test_metrics_LDADD = $(UNIT_LDADD)
tests_unit_test_exposition_reader_SOURCES = \
	tests/unit/test_exposition_reader.c tests/unit/run_suite.h $(EXPOSITION_READER_SOURCES)
tests_unit_test_exposition_reader_LDADD = $(UNIT_LDADD)

check_PROGRAMS += tests/unit/test_totals
TESTS += tests/unit/test_totals
tests_unit_test_totals_SOURCES = tests/unit/test_totals.c tests/unit/run_suite.h
tests_unit_test_totals_LDADD = $(UNIT_LDADD)
