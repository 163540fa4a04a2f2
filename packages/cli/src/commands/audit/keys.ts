import { generateKeyPairSync } from 'node:crypto'
import { ed25519Signer, fileSigner, verifierKeyOf, verifierKeyText } from '@mendkit/core'
import type { Command } from '../../run/command.ts'
import { acting, actingOptions } from '../../store/session.ts'
import { writeNewFile } from './new-file.ts'
import { demandLog } from './no-log.ts'

/** `mendkit audit keygen` */
export const auditKeygen: Command = {
  name: 'audit keygen',
  summary:
    'Makes a key that signs audit logs, in a new file that only its owner may read, and prints the verifier key: keep that where whoever verifies finds it.',
  options: {
    out: { type: 'string', value: 'file', says: 'the file to make; one that is there is left alone' },
    name: {
      type: 'string',
      value: 'name',
      says: 'who signs, such as ops.example.com/mendkit: the same for every later key',
    },
  },
  examples: ['mendkit audit keygen --out /etc/mendkit/log.key --name ops.example.com/mendkit'],
  async run({ args }) {
    const out = args.required('out', 'name the file to make')
    const name = args.required('name', 'say who signs, such as --name ops.example.com/mendkit')
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    const verifierKey = verifierKeyText(verifierKeyOf(ed25519Signer({ name, privateKey: pem })))
    writeNewFile(out, `name: ${name}\n${pem}`, 0o600)
    return { json: { file: out, verifierKey }, text: () => verifierKey }
  },
}

/** `mendkit audit rotate` */
export const auditRotate: Command = {
  name: 'audit rotate',
  summary:
    "Changes the key of a tenant's log, by an entry that the old and the new key sign. A host that goes on meanwhile needs both keys (system.signer and system.nextSigner).",
  options: {
    ...actingOptions,
    'new-key': { type: 'string', value: 'file', says: 'the key file that signs from now on, of the same name' },
  },
  examples: ['mendkit audit rotate --key old.key --new-key new.key --as alice'],
  run(call) {
    const nextSigner = fileSigner(call.args.required('new-key', 'name the key file that takes over'))
    return acting(
      call,
      async (session) => {
        const { mendkit, by } = session
        await demandLog(session, 'there is no key to change')
        await mendkit.audit.rotateKey()
        const verifierKey = verifierKeyText(verifierKeyOf(nextSigner))
        return { json: { tenant: by.tenant, verifierKey }, text: () => verifierKey }
      },
      { nextSigner },
    )
  },
}
