# Manual pages, and the pages for administrators that make install puts beside them.
dist_man_MANS += \
	man/stockpilot-api.8 \
	man/stockpilot-notifier.8 \
	man/stockpilot-pool.8 \
	man/stockpilot.conf.5 \
	man/stockpilotctl.8

dist_doc_DATA = \
	docs/AWS_DEPLOYMENT_GUIDE.md \
	docs/aws.md \
	docs/configuration.md \
	docs/cloudwatch.md \
	docs/operations.md \
	docs/security.md \
	docs/stockpilot.conf.example

TESTS += tests/lint/manual_pages.py
EXTRA_DIST += tests/lint/manual_pages.py
