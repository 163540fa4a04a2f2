import { MendkitError } from '@mendkit/core'
import { isAllowed, type SimulatedUser } from './access.ts'
import { forbidden, lostAnswer } from './api-errors.ts'
import { readings } from './client-reads.ts'
import { writings } from './client-writes.ts'
import { faultError } from './faults.ts'
import { type Asking, accessRequest, type Perform, type Server } from './server.ts'
import type { SimulatedClient } from './shapes.ts'

const DEFAULT_LAG_MS = 10_000

/** A client of the simulated API server with the credentials of one user. */
export function simulatedClient(server: Server, user: SimulatedUser): SimulatedClient {
  const perform: Perform = async (asking, context, run) => {
    context.signal.throwIfAborted()
    server.catchUp()
    const stores = asking.options !== undefined && asking.options.dryRun !== true
    const plan = server.faults.take({
      verb: asking.verb,
      kind: asking.target.kind,
      name: asking.target.name,
      dryRun: asking.options?.dryRun === true,
    })
    const what = `${asking.access} ${asking.target.kind} ${asking.target.name ?? ''}`
    if (plan?.fault === 'hang') return aborted(context.signal)
    if (plan?.fault === 'refused')
      throw lostAnswer(`cannot ${what}: no connection could be made (ECONNREFUSED)`, 'none')
    if (plan?.fault === 'cut-before')
      throw lostAnswer(`cannot ${what}: the connection broke (ECONNRESET)`, stores ? 'unknown' : 'none')
    if (plan?.fault === 'recreated') server.recreate({ ...asking.target, name: asking.target.name ?? '' })
    try {
      if (typeof plan?.fault === 'number') throw faultError(plan.fault, plan, stores)
      if (asking.verb !== 'review') authorise(user, asking)
      const { store, time } = server.world
      const done = run(plan?.fault === 'lagging' ? store.asOf(plan.seenAt ?? time.now() - DEFAULT_LAG_MS) : store)
      note(server, user, asking, plan?.fault === 'cut-after' ? 0 : 200, done)
      if (plan?.fault === 'cut-after')
        throw lostAnswer(`cannot ${what}: the connection broke (ECONNRESET)`, stores ? 'unknown' : 'none')
      return done.result
    } catch (error) {
      if (MendkitError.is(error) && error.status !== undefined) note(server, user, asking, error.status, {})
      throw error
    }
  }
  return { ...readings(server, user, perform), ...writings(server, perform) }
}

function authorise(user: SimulatedUser, asking: Asking): void {
  const request = accessRequest(asking)
  if (!isAllowed(user, request)) {
    throw forbidden(user.name ?? 'simulated-admin', request.verb, request.resource, request.namespace)
  }
}

function note(
  server: Server,
  user: SimulatedUser,
  asking: Asking,
  status: number,
  done: Partial<ReturnType<Parameters<Perform>[2]>>,
): void {
  const { apiVersion, kind, namespace, name = '' } = asking.target
  const dryRun = asking.options?.dryRun === true
  const executionId = asking.options?.executionId
  server.requests.push({
    at: server.world.time.stamp(),
    user: user.name ?? 'simulated-admin',
    verb: asking.verb,
    target: {
      apiVersion,
      kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(done.uid === undefined ? {} : { uid: done.uid }),
    },
    dryRun,
    ...(executionId === undefined ? {} : { executionId }),
    status,
    did: dryRun ? 'nothing' : (done.did ?? 'nothing'),
    changed: done.changed ?? [],
  })
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
