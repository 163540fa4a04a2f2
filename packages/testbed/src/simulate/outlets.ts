import { defineNotifier, MendkitError, type Notifier } from '@mendkit/core'
import {
  faultyCluster,
  type Ports,
  type SimulatedClient,
  type SimulatedCluster,
  type Simulation,
} from '@mendkit/testkit'

/** What has come out of the workers so far. */
export interface Taken {
  /** Notices that people got, by `dedupeKey`. */
  readonly delivered: Set<string>
  readonly effects: { seen: number }
}

/** One worker's way to a cluster, every effect of which is told to the simulation. */
export function clientOf(
  simulation: Simulation,
  ports: Ports,
  cluster: SimulatedCluster,
  { effects }: Taken,
): SimulatedClient {
  return faultyCluster(ports, cluster, {
    sent: (by, executionId, target) => simulation.sent(by, executionId, target),
    arrived({ by, sentAt }) {
      const all = cluster.effects()
      for (const { executionId, target } of all.slice(effects.seen)) {
        simulation.effect({ executionId, by, sentAt, target: `${target.kind}/${target.name}` })
      }
      effects.seen = all.length
    },
  })
}

/** One worker's way to people. */
export function peopleNotifier(ports: Ports, { delivered }: Taken): Notifier {
  return defineNotifier({
    id: 'people',
    reachesPeople: true,
    async send(notice, ctx) {
      const faults = ports.faults.meet('notice')
      await ports.call({
        label: `notice ${notice.urgency}`,
        signal: ctx.signal,
        afterMs: faults.reduce((sum, { ms }) => sum + ms, 0),
        run() {
          if (faults.length > 0) throw new MendkitError('unavailable', 'the pager does not answer')
          delivered.add(notice.dedupeKey)
        },
      })
    },
  })
}
