import { cpuSecondsAtRest } from '../machine.ts'

/** CPU seconds of a server for storms of equally many alerts. */
export interface Storms {
  /** The first storm after its start, when nothing but one alert came before. */
  readonly cold: number
  /** The last of several, as in a server that has been up for a while. */
  readonly warm: number
}

/** What every server of a run is given. */
export interface Load {
  /** Of each storm. */
  readonly alerts: number
  /** At least two: the first is the cold one, the last the warm one. */
  readonly storms: number
}

/** How a server is fed. */
export interface Fed {
  readonly load: Load
  readonly pid: number
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly bodies: (alerts: number, alertname: string) => readonly string[]
  /** Requests that are under way at one time. */
  readonly inFlight: number
  /** Resolves when the server has done what it does with the alerts of this name, beside answering. */
  readonly done?: (alertname: string) => Promise<void>
}

/** Sends storms and measures the first and the last. */
export async function storms(fed: Fed): Promise<Storms> {
  const cold = await storm(fed, 'storm-0')
  const last = fed.load.storms - 1
  for (let between = 1; between < last; between += 1) await storm(fed, `storm-${between}`)
  return { cold, warm: await storm(fed, `storm-${last}`) }
}

async function storm(fed: Fed, alertname: string): Promise<number> {
  const bodies = fed.bodies(fed.load.alerts, alertname)
  const before = await cpuSecondsAtRest(fed.pid)
  const queue = bodies.values()
  const sender = async () => {
    for (const body of queue) await post(fed, body)
  }
  await Promise.all(Array.from({ length: fed.inFlight }, sender))
  await fed.done?.(alertname)
  return (await cpuSecondsAtRest(fed.pid)) - before
}

/** Sends one request and reads its answer. */
export async function post({ url, headers }: Pick<Fed, 'url' | 'headers'>, body: string): Promise<void> {
  const reply = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`)
  await reply.arrayBuffer()
}
