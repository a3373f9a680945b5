EXTRA_DIST += \
	tests/package/bare-root \
	tests/package/debian_root.mjs \
	tests/package/package.test.mjs \
	tests/package/run
