import { aroundEffects } from './held-patch.ts'
import { type HostOptions, startHost } from './host.ts'

/** What the process is told by its only argument. */
export interface HostProcessOrders {
  readonly options: HostOptions
  /** Where to stand still for ever, waiting to be killed. @default nowhere */
  readonly holdAt?: 'before-effect' | 'after-effect'
}

// The only argument comes from our own test.
const { options, holdAt } = JSON.parse(process.argv[2] ?? '') as HostProcessOrders

const tell = (message: object) => process.send?.(message)
const forever = new Promise<never>(() => {
  // Only a kill ends it.
})

const host = await startHost(options, (client) =>
  aroundEffects(client, async (request, send) => {
    if (holdAt === undefined) return send()
    if (holdAt === 'after-effect') await send()
    tell({ reached: request })
    return forever
  }),
)
process.once('SIGTERM', () => void host.stop().then(() => process.disconnect()))
// Without its test it has nothing to do.
process.once('disconnect', () => process.exit())
tell({ started: true })
