check_PROGRAMS += tests/unit/test_sigv4 tests/unit/test_credentials tests/unit/test_credential_refresh \
	tests/unit/test_sns_text
tests_unit_test_sigv4_SOURCES = tests/unit/test_sigv4.c tests/unit/sigv4_vectors.h tests/unit/run_suite.h
tests_unit_test_sigv4_LDADD = $(UNIT_LDADD)
tests_unit_test_credentials_SOURCES = tests/unit/test_credentials.c tests/unit/run_suite.h
tests_unit_test_credentials_LDADD = $(UNIT_LDADD)
tests_unit_test_credential_refresh_SOURCES = tests/unit/test_credential_refresh.c tests/unit/run_suite.h
tests_unit_test_credential_refresh_LDADD = $(UNIT_LDADD)
tests_unit_test_sns_text_SOURCES = tests/unit/test_sns_text.c tests/unit/run_suite.h
tests_unit_test_sns_text_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/test_sigv4 tests/unit/test_credentials tests/unit/test_credential_refresh \
	tests/unit/test_sns_text
