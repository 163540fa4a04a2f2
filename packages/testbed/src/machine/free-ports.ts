import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Finds a free port on 127.0.0.1 for each name, all different.
 *
 * They are given back before this returns, so another process could take one; the server that wanted it then fails to
 * start and says so.
 */
export async function freePorts<Name extends string>(...names: readonly Name[]): Promise<Record<Name, number>> {
  const servers = names.map((name) => ({ name, server: createServer() }))
  try {
    const ports: Partial<Record<Name, number>> = {}
    for (const { name, server } of servers) {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      ports[name] = portOf(server)
    }
    // Every name has been given its port above.
    return ports as Record<Name, number>
  } finally {
    for (const { server } of servers) server.close()
  }
}

/** The port at which a TCP server listens; 0 when it does not. */
export function portOf(server: { address(): string | { port: number } | null }): number {
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}
