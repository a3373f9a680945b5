EXTRA_DIST += \
	tests/package/acme_counterpart.mjs \
	tests/package/aws_counterparts.mjs \
	tests/package/bare-root \
	tests/package/debian_root.mjs \
	tests/package/host-root \
	tests/package/host.test.mjs \
	tests/package/host_network.mjs \
	tests/package/package.test.mjs \
	tests/package/run
