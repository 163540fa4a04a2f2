import { drill as tryOut } from '@mendkit/sql'
import type { Command } from '../../run/command.ts'
import { UsageError } from '../../run/usage-error.ts'
import { version } from '../../run/version.ts'
import { databaseOption, databaseSource, tablePlace } from '../../store/database.ts'
import { shownLines } from '../../terminal/safe-text.ts'
import { writeNewFile } from '../audit/new-file.ts'
import { drillMarkdown } from './drill-report.ts'
import { judgedBy, judgingOptions, keyOption, signerOf } from './options.ts'

/** `mendkit drill` */
export const drill: Command = {
  name: 'drill',
  summary:
    'Tries whether a backup can be restored, and how long it takes: backs the database up unless a backup is named, restores it into a scratch database, verifies it and compares. Exit codes: 0 all is well, 3 it is, and the backup is older than an anchor, 1 something is wrong with the backup, 2 it could not be tried.',
  options: {
    ...databaseOption,
    from: { type: 'string', value: 'file', says: 'a backup that there is, in place of one of the database' },
    into: {
      type: 'string',
      value: 'database',
      says: 'an empty database to restore into [default: a temporary SQLite file]',
    },
    ...keyOption,
    ...judgingOptions,
    report: { type: 'string', value: 'file', says: 'writes the report there too, in Markdown' },
  },
  examples: [
    'mendkit drill --from monday.backup --trust trusted.keys --anchor monday.checkpoint',
    'mendkit drill --key log.key --trust trusted.keys --report drill.md --json',
  ],
  exitUnanswered: 2,
  async run(call) {
    const { args } = call
    const [file, into, report] = [args.text('from'), args.text('into'), args.text('report')]
    if (file !== undefined && args.text('db') !== undefined) {
      throw new UsageError('--from and --db are two things to try; name one')
    }
    const found = await tryOut({
      from: file === undefined ? { database: databaseSource(call) } : { file },
      place: tablePlace(call),
      version: version(),
      signal: call.io.signal,
      ...signerOf(call),
      ...judgedBy(call),
      ...(into !== undefined && { into }),
    })
    const markdown = drillMarkdown(found)
    if (report !== undefined) writeNewFile(report, markdown)
    return { json: found, failed: !found.ok, differs: found.diverged, text: () => shownLines(markdown) }
  },
}
