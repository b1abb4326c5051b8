#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make test: every test, pure ones first. Those that need root or a kernel feature say so and skip only without it.
set -eu

if [ "$(id -u)" -ne 0 ]; then
	echo 'test: not root: packets, network namespaces and the kernel are not tested' >&2
fi
# Without it a test process may never end, as commands did (src/end_process.ts says why).
exec node --no-concurrent-recompilation --test --test-concurrency=2 $(find build/js/test -name '*.test.js' | sort)
