import type { AuditRange, AuditVerification, KeyCertification, SinkComparison } from '@mendkit/core'
import { pairs, type Screen } from '../../terminal/screen.ts'
import { duration } from '../../terminal/time.ts'

/** Who is known to have signed. */
export type SignedBy = 'judged' | 'unjudged' | 'nobody'

/** What verifying came to, for people. */
export function verifiedText(tenant: string, found: AuditVerification, signedBy: SignedBy, screen: Screen): string {
  const { verified, entries, signed, signedEntries, anchored, unanchored, anchors, sinks, findings } = found
  const signatures = {
    judged: signed ? 'all' : `the first ${signedEntries}`,
    unjudged: 'not judged: give --trust',
    nobody: 'by nobody: the host was given no key',
  }
  const rows: readonly (readonly [string, string])[] = [
    ['Audit log', `${verified ? 'whole' : 'DAMAGED'}, of tenant ${tenant}`],
    ['Entries', String(entries)],
    ['Signed', signatures[signedBy]],
    ...found.certifications.map((one) => ['Key certified', certificationText(one)] as const),
    ['Anchored', anchored === undefined ? 'none' : rangeText(anchored)],
    ...(unanchored === undefined ? [] : [['Not anchored', rangeText(unanchored)] as const]),
    ...anchors.map(({ size, relation, because }) => [`Anchor of ${size}`, `${relation}: ${because}`] as const),
    ...sinks.map((sink) => [`Anchors in ${sink.sink}`, sinkText(sink)] as const),
    ...findings.map(({ kind, seq, because }) => [`At entry ${seq}`, `${kind}: ${because}`] as const),
    ...(found.moreFindings > 0 ? [['And more', String(found.moreFindings)] as const] : []),
  ]
  return pairs(rows, screen)
}

function rangeText({ from, to }: AuditRange): string {
  return from === to ? `entry ${from}` : `entries ${from} to ${to}`
}

function certificationText({ key, status, certificate }: KeyCertification): string {
  const name = key.split('+', 2).join('+')
  if (certificate !== undefined) {
    const { certifier, keyId, certifiedAt, seq } = certificate
    return `${name}, by ${certifier} with its key ${keyId}, ${certifiedAt} (entry ${seq})`
  }
  return status === 'unread'
    ? `${name}: not told from here on; verify from the start`
    : `${name}: NO, by nobody in the trust file`
}

const apartWords: Readonly<Record<SinkComparison['apart'], string>> = {
  'same-database':
    'in a database that holds audit logs: whoever rewrites the log there can rewrite these, so they do not count',
  'this-machine': 'on this machine: whoever rules it can change both',
  elsewhere: 'elsewhere',
}
const keepsWords: Readonly<Record<SinkComparison['keeps'], string>> = {
  'write-once': 'its place refuses changes',
  'append-only': 'only added to',
  other: 'kept as its host says',
}

function sinkText({ relation, because, anchors, ageMs, apart, keeps, cosignedBy = [] }: SinkComparison): string {
  const newest = ageMs === undefined ? '' : `, the newest that agrees is ${duration(ageMs)} old`
  const vouched = cosignedBy.length === 0 ? '' : `, co-signed by ${cosignedBy.join(' and ')}`
  const lines = [`${relation}: ${because}`, `${anchors} compared${newest}${vouched}`]
  return [...lines, `${apartWords[apart]}; ${keepsWords[keeps]}`].join('\n')
}
