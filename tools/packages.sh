#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# packages.sh [bench]: installs the Debian packages that building, testing and the demo need, or the benchmark's too.
set -eu

# clang and libbpf build; iproute2, ethtool and netbase work; nginx, vsftpd, curl, tcpdump,
# prometheus and its node exporter are for tests and the demo, zsh and mandoc for what shells and man are given.
packages='clang-19 gcc g++ make python3 pkg-config libbpf-dev linux-libc-dev bpftool iproute2 ethtool netbase kmod
	nginx-light vsftpd curl tcpdump prometheus prometheus-node-exporter zsh mandoc util-linux procps'
# The benchmark's peers.
[ "${1:-}" != bench ] || packages="$packages nftables haproxy libnginx-mod-stream"

missing=
for package in $packages; do
	dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
	echo "packages: as root, run: apt-get install --no-install-recommends$missing" >&2
	exit 1
fi
echo "== apt-get install$missing (a few minutes the first time)"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q=2
# Services of test-only packages must not start on this host.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	printf '#!/bin/sh\nexit 101\n' >$policy
	chmod +x $policy
	trap 'rm -f $policy' EXIT
fi
apt-get install -q=2 -y --no-install-recommends $missing
