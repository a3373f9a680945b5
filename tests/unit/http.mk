check_PROGRAMS += tests/unit/test_query tests/unit/test_conditional tests/unit/test_media_type \
	tests/unit/test_image_type tests/unit/test_multipart
tests_unit_test_query_SOURCES = tests/unit/test_query.c tests/unit/run_suite.h
tests_unit_test_query_LDADD = $(UNIT_LDADD)
tests_unit_test_conditional_SOURCES = tests/unit/test_conditional.c tests/unit/run_suite.h
tests_unit_test_conditional_LDADD = $(UNIT_LDADD)
tests_unit_test_media_type_SOURCES = tests/unit/test_media_type.c tests/unit/run_suite.h
tests_unit_test_media_type_LDADD = $(UNIT_LDADD)
tests_unit_test_image_type_SOURCES = tests/unit/test_image_type.c tests/unit/run_suite.h
tests_unit_test_image_type_LDADD = $(UNIT_LDADD)
tests_unit_test_multipart_SOURCES = tests/unit/test_multipart.c tests/unit/run_suite.h
tests_unit_test_multipart_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_query tests/unit/test_conditional tests/unit/test_media_type \
	tests/unit/test_image_type tests/unit/test_multipart
