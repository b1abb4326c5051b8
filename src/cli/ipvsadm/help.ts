// SPDX-License-Identifier: Apache-2.0

export function versionText(version: string): string {
  return `ipvsadm v1.31, as spoken by xdpvs ${version} (IPVS v1.2.1)\n`;
}

export const HELP = `\
A command comes first, then its options.

Virtual services
  -A, --add-service    SERVICE [-s SCHEDULER] [-p [SECONDS]] [-M MASK] [-o] [--pe ENGINE] [-b FLAGS]
  -E, --edit-service   SERVICE ...          what is not given goes back to its default
  -D, --delete-service SERVICE
  -C, --clear                               delete all services

Real servers
  -a, --add-server     SERVICE -r HOST[:PORT] [-g|-i|-m] [-w WEIGHT] [-x CONNECTIONS] [-y CONNECTIONS] [tunnel]
  -e, --edit-server    SERVICE -r HOST[:PORT] ...
  -d, --delete-server  SERVICE -r HOST[:PORT]

Everything
  -L, -l, --list [SERVICE] [-n] [columns]   services and real servers
  -L -c [-n]                                connections
  -L --timeout | --daemon                   timeouts; connection synchronisation
  -Z, --zero [SERVICE]                      set counters to zero
  -S, --save [-n]                           write commands that restore what is there
  -R, --restore                             read commands, one a line, from standard input
  --set TCP TCPFIN UDP                      timeouts in seconds; 0 leaves one as it is
  --start-daemon, --stop-daemon {master|backup}
  -h, --help    -v, --version

SERVICE is one of
  -t, --tcp-service HOST[:PORT]    -u, --udp-service HOST[:PORT]    --sctp-service HOST[:PORT]
  -f, --fwmark-service MARK        followed by -6 for IPv6
  An IPv6 address with a port stands in brackets: [2001:db8::1]:80

Options
  -s, --scheduler NAME        rr wrr lc wlc lblc lblcr dh sh sed nq fo ovf mh; wlc if not given
  -b, --sched-flags FLAGS     with commas between: sh-fallback sh-port mh-fallback mh-port flag-1 flag-2 flag-3
  -p, --persistent [SECONDS]  a client stays with its real server; 360 if no number is given
  -M, --netmask MASK          clients of one network (IPv4: mask, IPv6: prefix length) count as one
  -o, --ops                   schedule each UDP packet by itself
      --pe ENGINE             persistence engine: sip
  -r, --real-server HOST[:PORT]
  -g, --gatewaying            direct routing (the default)
  -i, --ipip                  tunnelling
  -m, --masquerading          NAT
  -w, --weight N              share of new connections; 0 quiesces; 1 if not given
  -x, --u-threshold N         upper and
  -y, --l-threshold N         lower threshold of connections
      --tun-type ipip|gue|gre    --tun-port PORT    --tun-nocsum | --tun-csum | --tun-remcsum

Columns of a listing
  --stats  --rate  --thresholds  --persistent-conn  --tun-info
  --exact                     do not shorten large numbers
  --nosort                    in the order in which they are kept (--sort does nothing)
  -n, --numeric               addresses and ports in numbers

Options of the synchronisation daemon
  --syncid N  --sync-maxlen BYTES  --mcast-interface NAME  --mcast-group ADDRESS  --mcast-port PORT  --mcast-ttl N
`;
