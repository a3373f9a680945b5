check_PROGRAMS += tests/unit/test_backoff tests/unit/test_message_text tests/unit/test_topics
tests_unit_test_backoff_SOURCES = tests/unit/test_backoff.c tests/unit/run_suite.h
tests_unit_test_backoff_LDADD = $(UNIT_LDADD)
tests_unit_test_message_text_SOURCES = tests/unit/test_message_text.c tests/unit/run_suite.h
tests_unit_test_message_text_LDADD = $(UNIT_LDADD)
tests_unit_test_topics_SOURCES = tests/unit/test_topics.c tests/unit/run_suite.h
tests_unit_test_topics_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_backoff tests/unit/test_message_text tests/unit/test_topics
