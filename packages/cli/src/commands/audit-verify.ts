import { MendkitError } from '@mendkit/core'
import type { Command } from '../run/command.ts'
import { reading, storeOptions } from '../store/session.ts'
import { pairs } from '../terminal/screen.ts'

/** `mendkit audit verify` */
export const auditVerify: Command = {
  name: 'audit verify',
  summary:
    'Reads the whole audit log of a tenant and finds an entry that was edited, deleted, inserted or moved, and texts that are gone or changed. It trusts the database for where the log ends. Exit code 0: whole; 1: damaged; 2: it could not be checked, also because the tenant has none.',
  options: storeOptions,
  exitUnanswered: 2,
  examples: ['mendkit audit verify', 'mendkit audit verify --tenant shop --json'],
  run: (call) =>
    reading(call, async ({ file, mendkit, by }) => {
      const found = await mendkit.audit.verify()
      if (found.verified && found.entries === 0) {
        const text = `tenant ${by.tenant} has no audit log in ${file}, so nothing was verified: name the tenant with --tenant, and the database with --db`
        throw new MendkitError('not-found', text)
      }
      return {
        json: { tenant: by.tenant, ...found },
        failed: !found.verified,
        text: (screen) =>
          pairs(
            found.verified
              ? [
                  ['Audit log', `whole, of tenant ${by.tenant}`],
                  ['Entries', String(found.entries)],
                  ['Last', found.head.last],
                ]
              : [
                  ['Audit log', `DAMAGED, of tenant ${by.tenant}`],
                  ['At entry', String(found.at)],
                  ['Problem', found.problem],
                  ['Because', found.because],
                ],
            screen,
          ),
      }
    }),
}
