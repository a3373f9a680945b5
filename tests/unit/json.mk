check_PROGRAMS += tests/unit/test_json_read tests/unit/test_json_write tests/unit/test_trade
tests_unit_test_json_read_SOURCES = tests/unit/test_json_read.c tests/unit/run_suite.h
tests_unit_test_json_read_LDADD = $(UNIT_LDADD)
tests_unit_test_json_write_SOURCES = tests/unit/test_json_write.c tests/unit/run_suite.h
tests_unit_test_json_write_LDADD = $(UNIT_LDADD)
tests_unit_test_trade_SOURCES = tests/unit/test_trade.c tests/unit/run_suite.h
tests_unit_test_trade_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_json_read tests/unit/test_json_write tests/unit/test_trade
