import { type AuditVerification, MendkitError } from '@mendkit/core'
import type { Call, Command } from '../../run/command.ts'
import type { OptionSpecs } from '../../run/option-specs.ts'
import { UsageError } from '../../run/usage-error.ts'
import { reading, storeOptions } from '../../store/session.ts'
import { anchorSays, type GivenAnchor, givenAnchor } from './anchors.ts'
import { certifiersIn, keysIn, textOf } from './kept-files.ts'
import { noLog } from './no-log.ts'
import { type SignedBy, verifiedText } from './verified-text.ts'

const options = {
  ...storeOptions,
  trust: {
    type: 'string',
    value: 'file',
    says: 'verifier keys that may have signed the log, one a line, kept outside the database, and public keys (PEM) of who may have certified them; without it no signature is judged',
  },
  anchor: {
    type: 'string',
    multiple: true,
    value: 'file or URL',
    says: anchorSays,
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
    'Reads the whole audit log of a tenant again and tells everything that is wrong with it: entries that were edited, deleted, inserted or moved, stored hashes, checkpoints and their signatures, texts. Exit codes: 0 valid and anchored, 3 valid but not anchored, or signed by a key that no certifier in the trust file has certified, 1 not valid, 2 it could not be checked, also because the tenant has none.',
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
      const [trust, from] = [args.text('trust'), args.text('from')]
      if (trust === undefined && (from !== undefined || args.texts('anchor').length > 0)) {
        throw new UsageError('--anchor and --from need --trust: a checkpoint counts by who signed it')
      }
      const found = await withAnchors(call, (anchors) =>
        mendkit.audit.verify({
          trust: trust === undefined ? [] : keysIn(trust),
          certifiers: trust === undefined ? [] : certifiersIn(trust),
          anchors,
          ...(from !== undefined && { from: textOf(from) }),
        }),
      )
      // Only now: a log whose head alone was deleted is damaged, and not absent.
      if (found.verified && found.entries === 0) throw noLog(session, 'nothing was verified')
      // Not asked of a damaged log, where a checkpoint may be what is damaged.
      const isUnsigned = found.verified && (await mendkit.audit.checkpoint()) === undefined
      const signedBy: SignedBy = trust !== undefined ? 'judged' : isUnsigned ? 'nobody' : 'unjudged'
      return {
        json: { tenant: by.tenant, ...found },
        failed: !found.verified,
        differs: found.anchoredEntries === 0 || found.certifications.some(({ status }) => status === 'uncertified'),
        text: (screen) => verifiedText(by.tenant, found, signedBy, screen),
      }
    }),
}

/** Verifies with what `--anchor` names, and lets go of it. Throws `invalid` where one of it says nothing about a log that is whole. */
async function withAnchors(
  call: Call,
  verify: (anchors: readonly GivenAnchor['anchor'][]) => Promise<AuditVerification>,
): Promise<AuditVerification> {
  const given: GivenAnchor[] = []
  try {
    for (const one of call.args.texts('anchor')) given.push(await givenAnchor(one, call))
    const found = await verify(given.map(({ anchor }) => anchor))
    const texts = given.filter(({ anchor }) => typeof anchor === 'string')
    const said = [
      ...found.anchors.map((one, index) => ({ ...one, name: texts[index]?.name ?? '' })),
      ...found.sinks.map((one) => ({ ...one, name: one.sink })),
    ]
    const unusable = said.find(({ relation }) => relation === 'unusable')
    if (!found.verified || unusable === undefined) return found
    const because = `cannot be compared with the log: ${unusable.because}`
    throw new MendkitError('invalid', `the anchor ${unusable.name} ${because}`)
  } finally {
    for (const one of given) await one.close?.()
  }
}
