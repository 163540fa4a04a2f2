import type { LaneWorld } from '../world/world.ts'

/** Delivers alerts of one service to whichever host lives; answers whether a host took them. */
type Deliver = (body: object) => Promise<boolean>

/** A service that is rolled out badly, and the alert about it. */
export interface ServiceLife {
  readonly namespace: string
  readonly name: string
  /** `done`: it is well again, and a host has thanked for the end of its alert. */
  readonly stage: () => 'rolling-out' | 'rolling-bad' | 'alerting' | 'firing' | 'clearing' | 'done'
  /** Looks once, and does what is due. */
  step(): Promise<void>
}

/** What a service needs around it. */
export interface ServiceParts {
  readonly world: LaneWorld
  readonly namespace: string
  readonly name: string
  readonly deliver: Deliver
  /** Called once a host has thanked for its alert. */
  readonly onThanked: (name: string) => void
}

/** A service that begins well. It plays its own Alertmanager: every webhook is repeated until a host answers 200. */
export async function serviceLife({ world, namespace, name, deliver, onThanked }: ServiceParts): Promise<ServiceLife> {
  let stage: ReturnType<ServiceLife['stage']> = 'rolling-out'
  let startsAt = ''
  await world.deploy(namespace, name, 'good')

  async function next(): Promise<typeof stage> {
    switch (stage) {
      case 'rolling-out':
        if ((await world.state(namespace, name)) !== 'well') return stage
        await world.deploy(namespace, name, 'bad')
        return 'rolling-bad'
      case 'rolling-bad':
        if ((await world.state(namespace, name)) !== 'crashing') return stage
        startsAt = new Date().toISOString()
        return 'alerting'
      case 'alerting':
        if (!(await deliver(webhook('firing')))) return stage
        onThanked(name)
        return 'firing'
      case 'firing':
        return (await world.state(namespace, name)) === 'well' ? 'clearing' : stage
      case 'clearing':
        return (await deliver(webhook('resolved'))) ? 'done' : stage
      case 'done':
        return stage
    }
  }

  function webhook(status: 'firing' | 'resolved'): object {
    const labels = { alertname: 'KubePodCrashLooping', namespace, deployment: name }
    const endsAt = status === 'resolved' ? new Date().toISOString() : '0001-01-01T00:00:00Z'
    const alert = { status, labels, annotations: {}, startsAt, endsAt }
    return { version: '4', receiver: 'mendkit', groupLabels: {}, truncatedAlerts: 0, alerts: [alert] }
  }

  return {
    namespace,
    name,
    stage: () => stage,
    async step() {
      stage = await next()
    },
  }
}
