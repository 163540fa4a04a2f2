import type { Command } from '../run/command.ts'
import { reading, storeOptions } from '../store/session.ts'
import { pairs } from '../terminal/screen.ts'

/** `mendkit audit verify` */
export const auditVerify: Command = {
  name: 'audit verify',
  summary:
    'Reads the whole audit log of a tenant and finds an entry that was edited, deleted, inserted or moved, and texts that are gone or changed. It trusts the database for where the log ends.',
  options: storeOptions,
  examples: ['mendkit audit verify', 'mendkit audit verify --tenant shop --json'],
  run: (call) =>
    reading(call, async ({ mendkit, by }) => {
      const found = await mendkit.audit.verify()
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
