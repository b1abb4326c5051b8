#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make install: the built tree under PREFIX/lib/xdpvs, commands under PREFIX/sbin, man pages,
# completions and documents under PREFIX/share. DESTDIR stages it elsewhere.
set -eu

lib=$PREFIX/lib/xdpvs
sbin=$PREFIX/sbin
to=$DESTDIR$lib

rm -rf "$to"
mkdir -p "$to/build" "$to/native/build/Release" "$DESTDIR$sbin"
cp -r build/bin "$to/build/"
cp build/*.bpf.o "$to/build/"
cp native/build/Release/xdpvs.node "$to/native/build/Release/"
cp package.json package-lock.json LICENSE* "$to/" 2>/dev/null || cp package.json package-lock.json "$to/"
cp -r node_modules "$to/"
(cd "$to" && npm prune --omit=dev --no-audit --no-fund --loglevel=error >/dev/null)

node build/js/tools/share.js "$DESTDIR$PREFIX/share"
mkdir -p "$DESTDIR$PREFIX/share/doc/xdpvs"
cp docs/*.md docs/*.json "$DESTDIR$PREFIX/share/doc/xdpvs/"

# A command is a file that names the program; node finds the rest from there. V8's work goes on in the one thread: at its end
# node waits for what other threads are at, and once in a thousand commands they for it, for ever (nodejs/node#54918).
flags='--no-warnings --single-threaded-gc --no-concurrent-recompilation'
command_file() {
	printf '#!/bin/sh\nexec node %s %s/build/%s.js "$@"\n' "$flags" "$lib" "$2" >"$DESTDIR$sbin/$1"
	chmod 755 "$DESTDIR$sbin/$1"
}
for name in xdpvs xdpvsadm xdpvsadm-save xdpvsadm-restore; do
	command_file "$name" "bin/$name"
done
if [ "${IPVSADM:-}" = 1 ]; then
	for name in ipvsadm ipvsadm-save ipvsadm-restore; do
		command_file "$name" "bin/$name"
	done
fi
echo "installed under $DESTDIR$PREFIX"
