import { manifestFile, takeBackup } from '@mendkit/sql'
import type { Command } from '../../run/command.ts'
import { version } from '../../run/version.ts'
import { databaseOption, databaseSource, tablePlace } from '../../store/database.ts'
import { pairs } from '../../terminal/screen.ts'
import { keyOption, signerOf } from './options.ts'

/** `mendkit backup` */
export const backup: Command = {
  name: 'backup',
  summary:
    'Takes a backup of everything in the database, as it is at one moment, while hosts go on: one file that restores into any kind of database, and beside it a manifest that is signed with the key of the log.',
  options: {
    ...databaseOption,
    out: { type: 'string', value: 'file', says: 'the file to make; beside it comes <file>.manifest' },
    ...keyOption,
  },
  examples: [
    'mendkit backup --out monday.backup',
    'mendkit backup --key /etc/mendkit/log.key --out monday.backup --json',
  ],
  async run(call) {
    const file = call.args.required('out', 'name the file to make, such as --out monday.backup')
    const { signer } = signerOf(call)
    const { signal } = call.io
    const how = { file, ...tablePlace(call), version: version(), signal, ...(signer && { signer }) }
    const manifest = await takeBackup(databaseSource(call), how)
    const rows = Object.values(manifest.tables).reduce((sum, count) => sum + count, 0)
    const entries = manifest.logs.reduce((sum, { size }) => sum + size, 0)
    const signedBy = signer?.name ?? null
    return {
      json: { backup: file, manifest: manifest, signedBy },
      text: (screen) =>
        pairs(
          [
            ['Backup', file],
            ['Manifest', manifestFile(file)],
            ['Signed', signedBy ?? 'by nobody, as the log is: whoever can write the file can change it unseen'],
            ['Taken at', manifest.takenAt],
            ['Rows', String(rows)],
            ['Audit entries', String(entries)],
            ['Tenants', String(manifest.logs.length)],
            ['SHA-256', manifest.file.sha256],
          ],
          screen,
        ),
    }
  },
}
