import { type Restored, restoreBackup, sourceName } from '@mendkit/sql'
import type { Command } from '../../run/command.ts'
import { databaseOption, databaseSource, tablePlace } from '../../store/database.ts'
import { pairs } from '../../terminal/screen.ts'
import { judgedBy, judgingOptions } from './options.ts'

/** `mendkit restore` */
export const restore: Command = {
  name: 'restore',
  summary:
    'Restores a backup into an empty database, all of it or nothing, and verifies it. Older than an anchor, the database is DIVERGED: hosts only read it, until `mendkit recover`. Exit codes: 0 restored, 3 restored and DIVERGED, 1 not restored.',
  options: {
    from: { type: 'string', value: 'file', says: 'the backup; its manifest stands beside it' },
    ...databaseOption,
    ...judgingOptions,
  },
  examples: [
    'mendkit restore --from monday.backup --db new.db --trust trusted.keys --anchor tuesday.checkpoint',
    'mendkit restore --from monday.backup --db postgres://mendkit@db/mendkit --trust trusted.keys --json',
  ],
  async run(call) {
    const file = call.args.required('from', 'name the backup, such as --from monday.backup')
    const source = databaseSource(call)
    const restored = await restoreBackup(source, {
      file,
      ...tablePlace(call),
      signal: call.io.signal,
      ...judgedBy(call),
    })
    const database = sourceName(source)
    const { manifest, signedBy, diverged } = restored
    const { takenAt, tables, version } = manifest
    return {
      json: { database, takenAt, version, tables, signedBy, logs: restored.logs, diverged: diverged ?? null },
      differs: diverged !== undefined,
      text: (screen) => pairs(rows(database, restored), screen),
    }
  },
}

function rows(database: string, restored: Restored): readonly (readonly [string, string])[] {
  const { manifest, signedBy, logs, diverged } = restored
  const verified = Object.entries(logs).map(([tenant, { entries, anchoredEntries }]) => {
    const anchored = anchoredEntries === 0 ? 'not anchored' : `the first ${anchoredEntries} anchored`
    return `${tenant}: whole, of ${entries} entries, ${anchored}`
  })
  const behind = diverged?.anchors.map(({ tenant, size }) => `an anchor tells of ${size} entries of ${tenant}`) ?? []
  return [
    ['Restored', database],
    ['Taken at', `${manifest.takenAt}, by version ${manifest.version}`],
    [
      'Signed',
      signedBy.length === 0 ? 'by nobody: that it is what was backed up is taken on trust' : signedBy.join(', '),
    ],
    ['Audit logs', verified.length === 0 ? 'none' : verified.join('\n')],
    ...(diverged === undefined
      ? []
      : [
          [
            'State',
            [
              'DIVERGED: hosts only read it',
              ...behind,
              'restore a newer backup, or accept the loss: mendkit recover',
            ].join('\n'),
          ] as const,
        ]),
  ]
}
