AUTH_TESTS = \
	tests/unit/test_bearer \
	tests/unit/test_httpclient \
	tests/unit/test_jwks_cache \
	tests/unit/test_jwks_parse \
	tests/unit/test_jwks_shared \
	tests/unit/test_principal \
	tests/unit/test_token_claims \
	tests/unit/test_token_gate \
	tests/unit/test_token_memory
check_PROGRAMS += $(AUTH_TESTS)
TESTS += $(AUTH_TESTS)

ISSUER_SOURCES = tests/unit/issuer.c tests/unit/issuer.h tests/unit/run_suite.h
KEY_SET_SERVER_SOURCES = tests/unit/key_set_server.c tests/unit/key_set_server.h
TOKEN_FIXTURE_SOURCES = $(ISSUER_SOURCES) tests/unit/token_fixture.c tests/unit/token_fixture.h

tests_unit_test_bearer_SOURCES = tests/unit/test_bearer.c tests/unit/run_suite.h
tests_unit_test_bearer_LDADD = $(UNIT_LDADD)
tests_unit_test_httpclient_SOURCES = \
	tests/unit/test_httpclient.c tests/unit/run_suite.h $(KEY_SET_SERVER_SOURCES)
tests_unit_test_httpclient_LDADD = $(UNIT_LDADD)
tests_unit_test_jwks_cache_SOURCES = \
	tests/unit/test_jwks_cache.c $(KEY_SET_SERVER_SOURCES) $(ISSUER_SOURCES)
tests_unit_test_jwks_cache_LDADD = $(UNIT_LDADD)
tests_unit_test_jwks_parse_SOURCES = tests/unit/test_jwks_parse.c $(ISSUER_SOURCES)
tests_unit_test_jwks_parse_LDADD = $(UNIT_LDADD)
tests_unit_test_jwks_shared_SOURCES = tests/unit/test_jwks_shared.c tests/unit/run_suite.h
tests_unit_test_jwks_shared_LDADD = $(UNIT_LDADD)
tests_unit_test_principal_SOURCES = tests/unit/test_principal.c tests/unit/run_suite.h
tests_unit_test_principal_LDADD = $(UNIT_LDADD)
tests_unit_test_token_claims_SOURCES = tests/unit/test_token_claims.c $(TOKEN_FIXTURE_SOURCES)
tests_unit_test_token_claims_LDADD = $(UNIT_LDADD)
tests_unit_test_token_gate_SOURCES = tests/unit/test_token_gate.c $(TOKEN_FIXTURE_SOURCES)
tests_unit_test_token_gate_LDADD = $(UNIT_LDADD)
tests_unit_test_token_memory_SOURCES = tests/unit/test_token_memory.c $(TOKEN_FIXTURE_SOURCES)
tests_unit_test_token_memory_LDADD = $(UNIT_LDADD)
