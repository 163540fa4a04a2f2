import { type AuditVerification, MendkitError } from '@mendkit/core'
import type { Command } from '../../run/command.ts'
import type { OptionSpecs } from '../../run/option-specs.ts'
import { UsageError } from '../../run/usage-error.ts'
import { reading, storeOptions } from '../../store/session.ts'
import { pairs } from '../../terminal/screen.ts'
import { keysIn, textOf } from './kept-files.ts'
import { noLog } from './no-log.ts'

const options = {
  ...storeOptions,
  trust: {
    type: 'string',
    value: 'file',
    says: 'verifier keys that may have signed the log, one a line, kept outside the database; without it no signature is judged',
  },
  anchor: {
    type: 'string',
    multiple: true,
    value: 'file',
    says: 'a checkpoint that was kept outside the database, as `mendkit audit checkpoint` prints it',
  },
  from: {
    type: 'string',
    value: 'file',
    says: 'a checkpoint that was verified before: only what came after it is read',
  },
} as const satisfies OptionSpecs

/** `mendkit audit verify` */
export const auditVerify: Command = {
  name: 'audit verify',
  summary:
    'Reads the whole audit log of a tenant again and tells everything that is wrong with it: entries that were edited, deleted, inserted or moved, stored hashes, checkpoints and their signatures, texts. Exit codes: 0 valid and anchored, 3 valid but not anchored, 1 not valid, 2 it could not be checked, also because the tenant has none.',
  options,
  exitUnanswered: 2,
  examples: [
    'mendkit audit verify',
    'mendkit audit verify --trust trusted.keys --anchor monday.checkpoint --anchor tuesday.checkpoint --json',
  ],
  run: (call) =>
    reading(call, async (session) => {
      const { args } = call
      const { mendkit, by } = session
      const [trust, from, anchorFiles] = [args.text('trust'), args.text('from'), args.texts('anchor')]
      if (trust === undefined && (from !== undefined || anchorFiles.length > 0)) {
        throw new UsageError('--anchor and --from need --trust: a checkpoint counts by who signed it')
      }
      const found = await mendkit.audit.verify({
        trust: trust === undefined ? [] : keysIn(trust),
        anchors: anchorFiles.map(textOf),
        ...(from !== undefined && { from: textOf(from) }),
      })
      // Only now: a log whose head alone was deleted is damaged, and not absent.
      if (found.verified && found.entries === 0) throw noLog(session, 'nothing was verified')
      // Not asked of a damaged log, where a checkpoint may be what is damaged.
      const isUnsigned = found.verified && (await mendkit.audit.checkpoint()) === undefined
      const signedBy = trust !== undefined ? 'judged' : isUnsigned ? 'nobody' : 'unjudged'
      const unusable = found.anchors.findIndex(({ relation }) => relation === 'unusable')
      if (found.verified && unusable >= 0) {
        const because = found.anchors[unusable]?.because ?? ''
        throw new MendkitError(
          'invalid',
          `the anchor ${anchorFiles[unusable]} cannot be compared with the log: ${because}`,
        )
      }
      return {
        json: { tenant: by.tenant, ...found },
        failed: !found.verified,
        differs: found.anchoredEntries === 0,
        text: (screen) => pairs(rows(by.tenant, found, signedBy), screen),
      }
    }),
}

function rows(
  tenant: string,
  found: AuditVerification,
  signedBy: 'judged' | 'unjudged' | 'nobody',
): readonly (readonly [string, string])[] {
  const { verified, entries, signed, signedEntries, anchoredEntries, anchors, findings, moreFindings } = found
  const signatures = {
    judged: signed ? 'all' : `the first ${signedEntries}`,
    unjudged: 'not judged: give --trust',
    nobody: 'by nobody: the host was given no key',
  }
  return [
    ['Audit log', `${verified ? 'whole' : 'DAMAGED'}, of tenant ${tenant}`],
    ['Entries', String(entries)],
    ['Signed', signatures[signedBy]],
    ['Anchored', anchoredEntries === 0 ? 'none' : `the first ${anchoredEntries}`],
    ...anchors.map(({ size, relation, because }) => [`Anchor of ${size}`, `${relation}: ${because}`] as const),
    ...findings.map(({ kind, seq, because }) => [`At entry ${seq}`, `${kind}: ${because}`] as const),
    ...(moreFindings > 0 ? [['And more', String(moreFindings)] as const] : []),
  ]
}
