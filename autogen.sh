#!/bin/sh
# Makes ./configure in a checkout; a release tarball has it already.
set -e
cd "$(dirname "$0")"
autoreconf --install --force
