# Consistency of the source tree: Python scripts that read it and say what does not fit together.
TEST_EXTENSIONS = .py
PY_LOG_COMPILER = $(PYTHON)
AM_PY_LOG_FLAGS = -B

LINTS = \
	tests/lint/self_test.py \
	tests/lint/layers.py \
	tests/lint/banned.py \
	tests/lint/routes_openapi.py \
	tests/lint/openapi_document.py \
	tests/lint/options.py \
	tests/lint/problems_documented.py \
	tests/lint/systemd_units.py \
	tests/lint/cloudwatch_agent.py \
	tests/lint/cloudwatch_metrics.py \
	tests/lint/aws_policy.py \
	tests/lint/dashboard_environment.py \
	tests/lint/documents.py \
	tests/lint/mantine_styles.py \
	tests/lint/acceptance.py

TESTS += $(LINTS)

# Of clang 14, as Debian 12 has it: another version would format otherwise and warn of other things.
C_FILES = find $(srcdir)/src $(srcdir)/include $(srcdir)/tests -name '*.[ch]' -not -path '*/node_modules/*'
.PHONY: format-check tidy
format-check:
	$(C_FILES) -print0 | xargs -0 clang-format --dry-run -Werror --style=file
tidy: $(BUILT_SOURCES)
	find $(srcdir)/src -name '*.c' -print0 | xargs -0 -P 2 -I FILE clang-tidy --quiet FILE -- \
		$(DEFS) $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CFLAGS) $(CFLAGS) -Wno-unknown-warning-option

EXTRA_DIST += $(LINTS) \
	.clang-tidy \
	.redocly.lint-ignore.yaml \
	docs/http-api.md \
	redocly.yaml \
	tests/lint/c_text.py \
	tests/lint/findings.py \
	tests/lint/program.py \
	tests/release/builds \
	tests/release/install
