EXTRA_DIST += \
	tests/browser/.npmrc \
	tests/browser/chromium.mjs \
	tests/browser/image_upload.test.mjs \
	tests/browser/package-lock.json \
	tests/browser/package.json \
	tests/browser/page-server.mjs
