# Our own verifier, signer, finder of credentials and clients of AWS beside those of others: the tests build and drive these.
check_PROGRAMS += tests/oracle/token_oracle tests/oracle/sigv4_signer tests/oracle/sns_publisher \
	tests/oracle/cognito_administrator tests/oracle/credential_finder tests/oracle/ssm_reader \
	tests/oracle/s3_client
tests_oracle_token_oracle_SOURCES = tests/oracle/token_oracle.c
tests_oracle_token_oracle_LDADD = $(STOCKPILOT_LIBS)
tests_oracle_sigv4_signer_SOURCES = tests/oracle/sigv4_signer.c
tests_oracle_sigv4_signer_LDADD = $(STOCKPILOT_LIBS)
tests_oracle_sns_publisher_SOURCES = tests/oracle/sns_publisher.c
tests_oracle_sns_publisher_LDADD = $(STOCKPILOT_LIBS)
tests_oracle_cognito_administrator_SOURCES = tests/oracle/cognito_administrator.c
tests_oracle_cognito_administrator_LDADD = $(STOCKPILOT_LIBS)
tests_oracle_credential_finder_SOURCES = tests/oracle/credential_finder.c
tests_oracle_credential_finder_LDADD = $(STOCKPILOT_LIBS)
tests_oracle_ssm_reader_SOURCES = tests/oracle/ssm_reader.c
tests_oracle_ssm_reader_LDADD = $(STOCKPILOT_LIBS)
tests_oracle_s3_client_SOURCES = tests/oracle/s3_client.c
tests_oracle_s3_client_LDADD = $(STOCKPILOT_LIBS)
EXTRA_DIST += \
	tests/oracle/asked_program.mjs \
	tests/oracle/cognito.test.mjs \
	tests/oracle/cognito_counterpart.mjs \
	tests/oracle/cognito_standin.test.mjs \
	tests/oracle/imds.test.mjs \
	tests/oracle/imds_counterpart.mjs \
	tests/oracle/imds_standin.test.mjs \
	tests/oracle/oracle.test.mjs \
	tests/oracle/role_calls_standin.test.mjs \
	tests/oracle/s3.test.mjs \
	tests/oracle/s3_counterpart.mjs \
	tests/oracle/s3_standin.test.mjs \
	tests/oracle/seeded_random.mjs \
	tests/oracle/sigv4.test.mjs \
	tests/oracle/sns.test.mjs \
	tests/oracle/sns_counterpart.mjs \
	tests/oracle/sns_standin.test.mjs \
	tests/oracle/standin_process.mjs \
	tests/oracle/ssm.test.mjs \
	tests/oracle/ssm_counterpart.mjs \
	tests/oracle/ssm_standin.test.mjs \
	tests/oracle/token_mutants.mjs
