check_PROGRAMS += tests/unit/test_route_match tests/unit/test_record_json tests/unit/test_problem \
	tests/unit/test_image_directory tests/unit/test_stop_signal
tests_unit_test_route_match_SOURCES = tests/unit/test_route_match.c tests/unit/run_suite.h
tests_unit_test_route_match_LDADD = $(UNIT_LDADD)
tests_unit_test_record_json_SOURCES = tests/unit/test_record_json.c tests/unit/run_suite.h
tests_unit_test_record_json_LDADD = $(UNIT_LDADD)
tests_unit_test_problem_SOURCES = tests/unit/test_problem.c tests/unit/run_suite.h
tests_unit_test_problem_LDADD = $(UNIT_LDADD)
tests_unit_test_image_directory_SOURCES = tests/unit/test_image_directory.c tests/unit/run_suite.h
tests_unit_test_image_directory_LDADD = $(UNIT_LDADD)
tests_unit_test_stop_signal_SOURCES = tests/unit/test_stop_signal.c tests/unit/run_suite.h
tests_unit_test_stop_signal_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_route_match tests/unit/test_record_json tests/unit/test_problem \
	tests/unit/test_image_directory tests/unit/test_stop_signal
