import type { Args } from '../../run/args.ts'
import type { Call, Command } from '../../run/command.ts'
import { UsageError } from '../../run/usage-error.ts'
import { reading, type Session, storeOptions } from '../../store/session.ts'
import { shownInJson } from '../../terminal/safe-text.ts'
import { pairs } from '../../terminal/screen.ts'
import { type ExportFormat, exportLines, type Stretch } from './export-lines.ts'
import { demandLog } from './no-log.ts'
import { streamToNewFile } from './stream-to-file.ts'

const unsigned = 'none: nobody has signed these entries'

/** `mendkit audit export` */
export const auditExport: Command = {
  name: 'audit export',
  summary:
    'Writes the audit log, a line each entry. ndjson: the exact text of the entry with the texts beside it, and a last line with the checkpoint, from which anybody can compute the root of the log. ocsf: events of OCSF 1.5.0.',
  options: {
    ...storeOptions,
    format: { type: 'string', value: 'name', says: 'ndjson or ocsf [default: ndjson]' },
    from: { type: 'string', value: 'seq', says: 'number of the first entry [default: 0]' },
    to: { type: 'string', value: 'seq', says: 'number of the last entry [default: that of the last checkpoint]' },
    out: { type: 'string', value: 'file', says: 'writes to this new file, and says what is in it' },
  },
  examples: [
    'mendkit audit export > audit.ndjson',
    'mendkit audit export --format ocsf --from 41000 --out audit.ocsf.jsonl --json',
  ],
  run: (call) =>
    reading(call, async (session) => {
      const { args, io } = call
      const format = formatOf(args)
      await demandLog(session, 'there is nothing to export')
      const { stretch, checkpoint } = await stretchOf(session, args)
      const { from, end } = stretch
      const told = { tenant: stretch.tenant, from, to: end - 1, entries: end - from, checkpoint: checkpoint ?? null }
      const lines = withLast(call, session, stretch, format, told)
      const file = args.text('out')
      if (file === undefined) {
        for await (const line of lines) {
          io.out(`${line}\n`)
          await io.written()
        }
        return { streamed: true }
      }
      await streamToNewFile(file, lines)
      return {
        json: { file, format, ...told },
        text: (screen) =>
          pairs(
            [
              ['Written', `${file}, as ${format}`],
              ['Entries', `${told.entries}: ${from} to ${told.to}, of tenant ${told.tenant}`],
              ...(format === 'ocsf'
                ? []
                : [['Checkpoint', checkpoint === undefined ? unsigned : 'in the last line'] as const]),
            ],
            screen,
          ),
      }
    }),
}

/** The lines of the entries and, where the form has a place for it, one that tells what was exported. */
async function* withLast(
  call: Call,
  { store, ctx }: Session,
  stretch: Stretch,
  format: ExportFormat,
  told: Readonly<Record<string, unknown>>,
): AsyncGenerator<string, void> {
  for await (const line of exportLines(store, stretch, format, ctx)) {
    call.io.signal.throwIfAborted()
    yield line
  }
  if (format === 'ndjson') yield shownInJson(JSON.stringify(told))
}

async function stretchOf(
  { store, by, ctx }: Session,
  args: Args,
): Promise<{ readonly stretch: Stretch; readonly checkpoint: string | undefined }> {
  const { tenant } = by
  const [first = 0, last] = [whole(args, 'from'), whole(args, 'to')]
  const signed = await store.lastAuditCheckpoint(tenant, ctx)
  const { size } = await store.auditHead(tenant, ctx)
  const end = last === undefined ? (signed?.size ?? size) : last + 1
  if (end > size) throw new UsageError(`--to must be below ${size}: the log has so many entries`)
  if (first >= end) throw new UsageError(`--from must be below ${end}: that is where the export ends`)
  // The one that speaks of the fewest entries beyond the last that is exported.
  const [after] = last === undefined ? [signed] : await store.auditCheckpoints({ tenant, from: end, limit: 1 }, ctx)
  return { stretch: { tenant, from: first, end }, checkpoint: after?.note }
}

function formatOf(args: Args): ExportFormat {
  const format = args.text('format') ?? 'ndjson'
  if (format === 'ndjson' || format === 'ocsf') return format
  throw new UsageError(`--format must be ndjson or ocsf, not ${format}`)
}

function whole(args: Args, name: string): number | undefined {
  const given = args.text(name)
  if (given === undefined) return undefined
  if (/^\d{1,15}$/.test(given)) return Number(given)
  throw new UsageError(`--${name} must be the number of an entry, not ${given}`)
}
