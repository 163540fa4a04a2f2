import { keyStatement, type LogKeyCertificate, parseAuditEntry, parseKeyCertificate } from '@mendkit/core'
import type { Command } from '../../run/command.ts'
import { UsageError } from '../../run/usage-error.ts'
import { reading, type Session, storeOptions } from '../../store/session.ts'
import { pairs, type Screen } from '../../terminal/screen.ts'
import { writeNewFile } from './new-file.ts'
import { demandLog } from './no-log.ts'

/** A certificate with the entry that holds it, and the text that was signed. */
type Certificate = { readonly seq: number } & LogKeyCertificate & { readonly text: string }

/** Entries that are in memory at once. */
const pageSize = 1_000

/** `mendkit audit certificate` */
export const auditCertificate: Command = {
  name: 'audit certificate',
  summary:
    'Prints the certificates for the keys of the log, as the log tells them and nobody has checked, and writes what OpenSSL checks: the statement that was signed, and the signature.',
  options: {
    ...storeOptions,
    entry: {
      type: 'string',
      value: 'seq',
      says: 'only the certificate in this entry [default: all; the files: the last]',
    },
    statement: { type: 'string', value: 'file', says: 'writes the exact bytes that were signed to this new file' },
    signature: { type: 'string', value: 'file', says: 'writes the bytes of the signature to this new file' },
  },
  examples: [
    'mendkit audit certificate',
    'mendkit audit certificate --statement statement --signature signature --tenant shop --json',
  ],
  run: (call) =>
    reading(call, async (session) => {
      const { args } = call
      await demandLog(session, 'it has no certificates')
      const wanted = args.text('entry')
      if (wanted !== undefined && !/^\d{1,15}$/.test(wanted)) {
        throw new UsageError(`--entry must be the number of an entry, not ${wanted}`)
      }
      const all = await certificatesOf(session, () => call.io.signal.throwIfAborted())
      const certificates = all.filter(({ seq }) => wanted === undefined || seq === Number(wanted))
      const last = certificates.at(-1)
      const [statement, signature] = [args.text('statement'), args.text('signature')]
      if (last !== undefined && statement !== undefined) writeNewFile(statement, last.text)
      if (last !== undefined && signature !== undefined) writeNewFile(signature, Buffer.from(last.signature, 'base64'))
      const { tenant } = session.by
      const where = wanted === undefined ? `The log of tenant ${tenant}` : `Entry ${wanted}`
      return {
        json: { tenant, certificates },
        failed: last === undefined,
        text: (screen) =>
          last === undefined
            ? `${where} holds no certificate for a key. A host with system.keyCertifier has them made.`
            : certificates.map((one) => certificateText(one, screen)).join('\n\n'),
      }
    }),
}

async function certificatesOf({ store, by, ctx }: Session, pause: () => void): Promise<readonly Certificate[]> {
  const found: Certificate[] = []
  for (let from = 0; ; ) {
    pause()
    const records = await store.readAudit({ tenant: by.tenant, from, limit: pageSize }, ctx)
    for (const { seq, bytes } of records) {
      const { type, data } = parseAuditEntry(bytes)
      const certificate = type === 'log-key-certified' ? parseKeyCertificate(data) : undefined
      if (certificate === undefined) continue
      found.push({ seq, ...certificate, text: Buffer.from(keyStatement(certificate)).toString('utf8') })
    }
    const end = records.at(-1)?.seq
    if (end === undefined || records.length < pageSize) return found
    from = end + 1
  }
}

function certificateText(certificate: Certificate, screen: Screen): string {
  return pairs(
    [
      ['Entry', String(certificate.seq)],
      ['Log', certificate.origin],
      ['Key', certificate.verifierKey],
      ['Certified', certificate.certifiedAt],
      ['By', `${certificate.certifier}, with its key ${certificate.keyId}`],
      ['Algorithm', certificate.algorithm],
      ['Public key', `SHA-256 ${certificate.certifierKey}`],
      ['Signature', certificate.signature],
    ],
    screen,
  )
}
