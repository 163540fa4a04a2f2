import { MendkitError } from '@mendkit/core'
import type { ControlAddress } from './control-server.ts'

/** Gives an order to the process that owns a testbed. Throws `unavailable` when it failed, with the owner's words. */
export async function order(control: ControlAddress, path: string, body?: object): Promise<void> {
  const reply = await fetch(`${control.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${control.token}` },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await reply.text()
  if (!reply.ok) throw new MendkitError('unavailable', `the testbed could not carry out ${path}: ${text}`)
}
