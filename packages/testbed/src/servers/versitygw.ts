import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MendkitError } from '@mendkit/core'
import { findVersitygw } from '../build/find-servers.ts'
import { freePorts } from '../machine/free-ports.ts'
import { startServer } from '../machine/server-process.ts'
import { startWatchdog } from '../machine/watchdog.ts'

/** Whether it is built. */
function hasS3Server(): boolean {
  return findVersitygw() !== undefined
}

/** Whether tests do without it: it is not built, and nobody demands it with `MENDKIT_REQUIRE_SERVERS=1`. */
export function lacksS3Server(): boolean {
  return !hasS3Server() && process.env['MENDKIT_REQUIRE_SERVERS'] !== '1'
}

/** A running S3 server, and its one account. */
export interface OwnedS3Server {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Ends it and removes its folder. */
  stop(): Promise<void>
}

/**
 * Starts an S3 server (versitygw on a scratch folder, with versions of objects) on a free loopback port. It ends with `stop()`, and
 * with this process however that ends. Throws `unavailable` when it is not built or does not start.
 */
export async function startS3Server(): Promise<OwnedS3Server> {
  const program = findVersitygw()
  if (program === undefined) throw new MendkitError('unavailable', 'not built yet: versitygw. Run: pnpm testbed build')
  const folder = await mkdtemp(join(tmpdir(), 'mendkit-s3-'))
  const watchdog = startWatchdog(folder)
  try {
    const [objects, versions] = [join(folder, 'objects'), join(folder, 'versions')]
    await Promise.all([mkdir(objects), mkdir(versions)])
    const { s3 } = await freePorts('s3')
    const accessKeyId = 'mendkit'
    const secretAccessKey = randomBytes(20).toString('hex')
    const server = startServer(
      {
        name: 'versitygw',
        program,
        arguments: ['--port', `127.0.0.1:${s3}`, '--quiet', 'posix', '--versioning-dir', versions, objects],
        environment: { ROOT_ACCESS_KEY_ID: accessKeyId, ROOT_SECRET_ACCESS_KEY: secretAccessKey },
      },
      folder,
      watchdog,
    )
    await server.ready(() => takesConnections(s3))
    return {
      endpoint: `http://127.0.0.1:${s3}`,
      region: 'us-east-1',
      accessKeyId,
      secretAccessKey,
      async stop() {
        await server.stop()
        await watchdog.finish()
      },
    }
  } catch (error) {
    await watchdog.finish()
    throw error
  }
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
