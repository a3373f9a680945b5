FUZZ_TARGETS += tests/fuzz/fuzz_jwks tests/fuzz/fuzz_token

tests_fuzz_fuzz_jwks_SOURCES = tests/fuzz/fuzz_jwks.c $(FUZZ_COMMON)
tests_fuzz_fuzz_jwks_LDADD = $(STOCKPILOT_LIBS)
tests_fuzz_fuzz_jwks_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

tests_fuzz_fuzz_token_SOURCES = tests/fuzz/fuzz_token.c $(FUZZ_COMMON)
tests_fuzz_fuzz_token_LDADD = $(STOCKPILOT_LIBS)
tests_fuzz_fuzz_token_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
