import type { Command } from '../../run/command.ts'
import { UsageError } from '../../run/usage-error.ts'
import { reading, storeOptions } from '../../store/session.ts'
import { writeNewFile } from './new-file.ts'
import { demandLog } from './no-log.ts'

/** `mendkit audit proof` */
export const auditProof: Command = {
  name: 'audit proof',
  summary:
    'Prints the proof that an entry is in the log, against its last checkpoint, as text that other tools check too (C2SP tlog-proof).',
  takes: ['seq'],
  options: {
    ...storeOptions,
    entry: {
      type: 'string',
      value: 'file',
      says: 'writes the exact bytes of the entry, which the proof is about, to this new file',
    },
  },
  examples: ['mendkit audit proof 41 --entry 41.json > 41.tlog-proof', 'mendkit audit proof 41 --tenant shop --json'],
  run: (call) =>
    reading(call, async ({ mendkit, by }) => {
      const seq = whole('seq', call.args.positional(0))
      const proof = await mendkit.audit.prove(seq)
      const file = call.args.text('entry')
      const [entry] = file === undefined ? [] : await mendkit.audit.read({ from: seq, limit: 1 })
      if (file !== undefined && entry !== undefined) writeNewFile(file, entry.bytes)
      return { json: { tenant: by.tenant, seq, proof }, text: () => proof }
    }),
}

/** `mendkit audit consistency` */
export const auditConsistency: Command = {
  name: 'audit consistency',
  summary:
    'Prints the proof that the log, as its last checkpoint tells it, begins with its first entries as they were: how a checkpoint of so many entries became the last one.',
  takes: ['size'],
  options: storeOptions,
  examples: ['mendkit audit consistency 1000'],
  run: (call) =>
    reading(call, async ({ mendkit, by }) => {
      const size = whole('size', call.args.positional(0))
      const proof = await mendkit.audit.proveConsistency(size)
      return { json: { tenant: by.tenant, size, proof }, text: () => proof }
    }),
}

/** `mendkit audit checkpoint` */
export const auditCheckpoint: Command = {
  name: 'audit checkpoint',
  summary:
    'Prints the last checkpoint of the log, a signed note. Keep it outside the database: `audit verify --anchor` compares with it.',
  options: storeOptions,
  examples: ['mendkit audit checkpoint > monday.checkpoint'],
  run: (call) =>
    reading(call, async (session) => {
      const { mendkit, by } = session
      await demandLog(session, 'it has no checkpoint')
      const checkpoint = await mendkit.audit.checkpoint()
      const none = 'Nobody has signed this log: the host was given no key.'
      return {
        json: { tenant: by.tenant, checkpoint: checkpoint ?? null },
        failed: checkpoint === undefined,
        text: () => checkpoint ?? none,
      }
    }),
}

function whole(name: string, given: string): number {
  if (/^\d{1,15}$/.test(given)) return Number(given)
  throw new UsageError(`<${name}> is a whole number, not ${given}`)
}
