import { aroundEffects } from './held-patch.ts'
import { type HostOptions, startHost } from './host.ts'

/** What the process is told by its only argument. */
export interface HostProcessOrders {
  readonly options: HostOptions
  /** Where to stand still the first time, until it is killed or told to go on. @default nowhere */
  readonly holdAt?: 'before-effect' | 'after-effect'
}

// The only argument comes from our own test.
const { options, holdAt } = JSON.parse(process.argv[2] ?? '') as HostProcessOrders

const tell = (message: object) => process.send?.(message)
const released = new Promise<void>((resolve) => {
  process.on('message', () => resolve())
})

const host = await startHost(options, (client) =>
  aroundEffects(client, async (request, send) => {
    const hold = async (here: HostProcessOrders['holdAt']) => {
      if (here !== holdAt) return
      tell({ reached: request })
      await released
    }
    await hold('before-effect')
    const result = await send()
    await hold('after-effect')
    return result
  }),
)
process.once('SIGTERM', () => void host.stop().then(() => process.disconnect()))
// Without its test it has nothing to do.
process.once('disconnect', () => process.exit())
tell({ started: true })
