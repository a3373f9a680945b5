# The dashboard is built by Next, not by make: here is what a release tarball has of it.
EXTRA_DIST += amplify.yml docs/dashboard.md web/.npmrc web/codegen.config.cjs web/next.config.ts web/package-lock.json web/package.json \
	web/postcss.config.cjs web/src web/tsconfig.json
