import { rename, writeFile } from 'node:fs/promises'
import { MendkitError } from '@mendkit/core'

/**
 * Writes a configuration file and has its server read it.
 *
 * JSON is YAML, so both servers take it. Throws `rejected` with the server's words when it finds the file wrong; it then
 * goes on with the configuration that it had.
 */
export async function writeAndReload(path: string, content: object, serverUrl: string): Promise<void> {
  await writeConfiguration(path, content)
  const reply = await fetch(`${serverUrl}/-/reload`, { method: 'POST' })
  const text = await reply.text()
  if (!reply.ok) throw new MendkitError('rejected', `${serverUrl} does not take ${path}: ${text}`)
}

/** Writes a configuration file whole or not at all. */
export async function writeConfiguration(path: string, content: object): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(content, undefined, 2))
  await rename(`${path}.new`, path)
}
