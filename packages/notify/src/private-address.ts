import { BlockList, isIP, isIPv4 } from 'node:net'

/** What the IANA registries of special-purpose addresses keep from the public Internet, and multicast. */
const privateRanges: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Unspecified, loopback, and the obsolete form that holds an IPv4 address.
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  // Teredo, 6to4 and other tunnels: they end at an IPv4 address that is not looked at.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]

/**
 * Whether an IP address is private, loopback, link-local or otherwise no address of the public Internet. An IPv6 address that
 * stands for an IPv4 address (mapped, or translated by NAT64) is judged by that one. What is no IP address counts as private.
 */
export function isPrivateAddress(address: string): boolean {
  const [plain = ''] = address.split('%')
  if (isIPv4(plain)) return ranges().check(plain, 'ipv4')
  if (isIP(plain) === 0) return true
  const inner = embeddedIPv4(plain)
  return inner === undefined ? ranges().check(plain, 'ipv6') : ranges().check(inner, 'ipv4')
}

function ranges(): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of privateRanges) {
    list.addSubnet(network, prefix, isIPv4(network) ? 'ipv4' : 'ipv6')
  }
  return list
}

/** The IPv4 address in `::ffff:0:0/96` and `64:ff9b::/96`. */
function embeddedIPv4(address: string): string | undefined {
  const groups = groupsOf(address)
  const prefix = groups.slice(0, 6).join(':')
  if (prefix !== '0:0:0:0:0:ffff' && prefix !== '64:ff9b:0:0:0:0') return undefined
  return groups
    .slice(6)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 255])
    .join('.')
}

/** The eight groups of an IPv6 address, each in its shortest form. */
function groupsOf(address: string): readonly string[] {
  // The URL parser brings every way of writing it, also one that ends in an IPv4 address, into the same form.
  const [before = '', after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const [left, right] = [before, after ?? ''].map((part) => part.split(':').filter((group) => group !== ''))
  const zeros = Array.from({ length: 8 - (left?.length ?? 0) - (right?.length ?? 0) }, () => '0')
  return [...(left ?? []), ...zeros, ...(right ?? [])]
}
