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
	tests/lint/acceptance.py

TESTS += $(LINTS)
EXTRA_DIST += $(LINTS) \
	.redocly.lint-ignore.yaml \
	docs/http-api.md \
	redocly.yaml \
	tests/lint/c_text.py \
	tests/lint/findings.py \
	tests/lint/program.py
