import assert from 'node:assert/strict'
import { MendkitError } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { SimulatedClient, SimulatedObject, SimulatedReference } from './shapes.ts'
import type { Manifest } from './simulated-cluster.ts'

/** A client under test, with a namespace of its own and other means to change what is in it. */
export interface ClientSubject {
  readonly client: SimulatedClient
  /** Credentials that may read but not write. */
  readonly reader: SimulatedClient
  /** Exists, is empty, and is used by nobody else. */
  readonly namespace: string
  /** Creates an object by other means than the client under test. */
  readonly create: (manifest: Manifest) => Promise<unknown>
  /** Lets the cluster's controllers and kubelets do what they have to do; on a real cluster, waits a moment. */
  readonly pass: () => Promise<void>
}

/** A Deployment whose pods are healthy. */
export function exampleDeployment(namespace: string, name = 'checkout', replicas = 1): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: { app: name }, annotations: { 'example.dev/owner': 'shop' } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            { name: 'app', image: 'shop/checkout:v1', env: [{ name: 'PASSWORD', value: 'hunter2-secret' }] },
          ],
        },
      },
    },
  }
}

/** Where the example Deployment is. */
export function deploymentReference(namespace: string, name = 'checkout'): SimulatedReference {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }
}

/** A fresh subject with one Deployment, and that Deployment as the client reads it. */
export async function withDeployment(
  make: () => Promise<ClientSubject>,
): Promise<{ subject: ClientSubject; reference: SimulatedReference; read: () => Promise<SimulatedObject> }> {
  const subject = await make()
  await subject.create(exampleDeployment(subject.namespace))
  const reference = deploymentReference(subject.namespace)
  return { subject, reference, read: () => subject.client.get(reference, callContext()) }
}

/** Repeats `read` until it answers something; lets the cluster go on in between. */
export async function eventually<T>(subject: ClientSubject, read: () => Promise<T | undefined>): Promise<T> {
  for (let turn = 0; turn < 150; turn += 1) {
    const found = await read()
    if (found !== undefined) return found
    await subject.pass()
  }
  throw new Error('the cluster never got there')
}

/** The error of a call that must fail with this code and status, and with this effect. */
export async function failsWith(
  call: Promise<unknown>,
  expected: { readonly code: string; readonly status?: number; readonly reason?: string; readonly effect?: string },
): Promise<MendkitError> {
  const error = await call.then(
    () => assert.fail('the call succeeded'),
    (reason: unknown) => reason,
  )
  return assertFailure(error, expected)
}

/** Throws unless an error has this code and status, and this effect. */
export function assertFailure(
  error: unknown,
  expected: { readonly code: string; readonly status?: number; readonly reason?: string; readonly effect?: string },
): MendkitError {
  assert.ok(MendkitError.is(error), `not an error of the client: ${String(error)}`)
  const { status, reason, effect } = error.cause as { status?: number; reason?: string; effect?: string }
  assert.deepEqual(
    { code: error.code, status: error.status, reason, effect },
    { status: undefined, reason: undefined, effect: 'none', ...expected },
    error.message,
  )
  assert.equal(status, error.status)
  return error
}

/** A real cluster's controllers write status between our read and our patch: then read and try again. */
export async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let turn = 0; ; turn += 1) {
    try {
      return await attempt()
    } catch (error) {
      const { status } = error as { status?: number }
      if (turn === 20 || (status !== 422 && status !== 409)) throw error
    }
  }
}
