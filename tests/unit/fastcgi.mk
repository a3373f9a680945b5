check_PROGRAMS += tests/unit/test_record_gate
tests_unit_test_record_gate_SOURCES = tests/unit/test_record_gate.c tests/unit/run_suite.h
tests_unit_test_record_gate_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_record_gate
