# The template of the whole on AWS, checked without an account.
EXTRA_DIST += infra/stockpilot.yaml \
	tests/aws/.npmrc \
	tests/aws/access.test.mjs \
	tests/aws/amplify_build.test.mjs \
	tests/aws/contents.test.mjs \
	tests/aws/guide_commands.py \
	tests/aws/iam_evaluation.mjs \
	tests/aws/nag.test.mjs \
	tests/aws/nag_findings.mjs \
	tests/aws/package-lock.json \
	tests/aws/package.json \
	tests/aws/policy_drift.mjs \
	tests/aws/policy_drift.test.mjs \
	tests/aws/secrets.test.mjs \
	tests/aws/template.mjs \
	tests/aws/validator.test.mjs
