check_PROGRAMS += tests/unit/test_configuration tests/unit/test_option_table
tests_unit_test_configuration_SOURCES = tests/unit/test_configuration.c
tests_unit_test_configuration_LDADD = $(UNIT_LDADD)
tests_unit_test_option_table_SOURCES = tests/unit/test_option_table.c
tests_unit_test_option_table_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_configuration tests/unit/test_option_table
