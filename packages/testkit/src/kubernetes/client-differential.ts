import { MendkitError } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import { type ClientSubject, deploymentReference, exampleDeployment } from './contract-subject.ts'
import type { SimulatedNewObject, SimulatedObject, SimulatedPatch, SimulatedPatchOperation } from './shapes.ts'

/** One operation and what came of it, without anything that differs between two clusters that behave alike. */
export interface PlayedOperation {
  readonly asked: string
  /** The object's meaning afterwards, or the error's code, status, reason and effect. */
  readonly outcome: unknown
}

interface Operation {
  readonly asked: string
  run(subject: ClientSubject, object: SimulatedObject): Promise<SimulatedObject | undefined>
}

const IMAGE = '/spec/template/spec/containers/0/image'
const context = callContext()

/**
 * Plays `count` random operations on a fresh Deployment; the same seed gives the same operations on every cluster. Two
 * clusters behave alike when what they answer is equal. The Deployment is paused and wants no pods, so that nobody but the
 * player changes what is compared.
 */
export async function playRandomOperations(
  make: () => Promise<ClientSubject>,
  seed: number,
  count: number,
): Promise<readonly PlayedOperation[]> {
  const subject = await make()
  const manifest = exampleDeployment(subject.namespace, 'checkout', 0)
  const spec = { ...(manifest['spec'] as object), paused: true }
  await subject.create({ ...manifest, spec })
  const random = randomNumbers(seed)
  const played: PlayedOperation[] = []
  for (let turn = 0; turn < count; turn += 1) {
    const operation = randomOperation(random, turn)
    played.push({ asked: operation.asked, outcome: await outcomeOf(subject, operation) })
  }
  return played
}

/** The controllers' own writes can overtake a read, which is nobody's behaviour: then it is done again. */
async function outcomeOf(subject: ClientSubject, operation: Operation): Promise<unknown> {
  const reference = deploymentReference(subject.namespace)
  for (;;) {
    const before = await subject.client.get(reference, context)
    try {
      const result = await operation.run(subject, before)
      return { answered: result && meaning(result), stored: meaning(await subject.client.get(reference, context)) }
    } catch (error) {
      if (!MendkitError.is(error)) throw error
      const now = await subject.client.get(reference, context)
      if (now.metadata.resourceVersion !== before.metadata.resourceVersion) continue
      const { reason, effect } = error.cause as { reason?: string; effect?: string }
      return { code: error.code, status: error.status, reason, effect, stored: meaning(now) }
    }
  }
}

function randomOperation(random: () => number, turn: number): Operation {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T
  const dryRun = random() < 0.3
  const value = `value-${turn}`
  const annotation = pick(['a', 'b', 'c'])
  const json = (
    asked: string,
    operations: (object: SimulatedObject) => readonly SimulatedPatchOperation[],
  ): Operation =>
    patching(`${asked}${dryRun ? ', dry run' : ''}`, dryRun, (object) => ({
      type: 'json',
      operations: operations(object),
    }))
  const merge = (asked: string, document: (object: SimulatedObject) => object): Operation =>
    patching(`${asked}${dryRun ? ', dry run' : ''}`, dryRun, (object) => ({
      type: 'merge',
      document: document(object) as never,
    }))
  const guard = ({ metadata }: SimulatedObject, uid = metadata.uid, version = metadata.resourceVersion) =>
    [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'test', path: '/metadata/resourceVersion', value: version },
    ] as const
  const path = `/metadata/annotations/example.dev~1${annotation}`
  return pick([
    json('image under its guard', (object) => [
      ...guard(object),
      { op: 'replace', path: IMAGE, value: `shop:${turn}` },
    ]),
    json('image under an old version', (object) => [
      ...guard(object, undefined, '1'),
      { op: 'replace', path: IMAGE, value },
    ]),
    json('image of another UID', (object) => [...guard(object, 'other'), { op: 'replace', path: IMAGE, value }]),
    json('image if it is something else', () => [
      { op: 'test', path: IMAGE, value: 'no' },
      { op: 'replace', path: IMAGE, value },
    ]),
    json('an annotation added', () => [{ op: 'add', path, value }]),
    json('an annotation replaced', () => [{ op: 'replace', path, value }]),
    json('an annotation removed', () => [{ op: 'remove', path }]),
    json('a field below nothing', () => [{ op: 'add', path: '/spec/nothing/below', value }]),
    json('a container beyond the list', () => [
      { op: 'replace', path: '/spec/template/spec/containers/7/image', value },
    ]),
    json('a template label that the selector needs removed', () => [
      { op: 'remove', path: '/spec/template/metadata/labels/app' },
    ]),
    json('the selector changed', () => [{ op: 'add', path: '/spec/selector/matchLabels/more', value: 'x' }]),
    json('no containers', () => [{ op: 'replace', path: '/spec/template/spec/containers', value: [] }]),
    merge('annotations merged', () => ({ metadata: { annotations: { [`example.dev/${annotation}`]: value } } })),
    merge('an annotation merged away', () => ({ metadata: { annotations: { [`example.dev/${annotation}`]: null } } })),
    merge('annotations merged under the version', ({ metadata: { resourceVersion } }) => ({
      metadata: { resourceVersion, annotations: { [`example.dev/${annotation}`]: value } },
    })),
    merge('annotations merged under an old version', () => ({
      metadata: { resourceVersion: '1', labels: { x: value } },
    })),
    merge('labels merged', () => ({ metadata: { labels: { [annotation]: value } } })),
    merge('nothing changed', () => ({ metadata: { labels: { app: 'checkout' } } })),
    merge('history limit merged', () => ({ spec: { revisionHistoryLimit: turn } })),
    merge('negative replicas', () => ({ spec: { replicas: -1 } })),
    creating(`another made${dryRun ? ', dry run' : ''}`, dryRun, (namespace) => empty(namespace, `other-${turn}`)),
    creating('its name taken', dryRun, (namespace) => empty(namespace, 'checkout')),
    creating('another made without containers', dryRun, (namespace) => {
      const { template, ...spec } = empty(namespace, `bad-${turn}`).spec
      return {
        ...empty(namespace, `bad-${turn}`),
        spec: { ...spec, template: { ...template, spec: { containers: [] } } },
      }
    }),
    creating('another made in no namespace', dryRun, (namespace) => empty(`${namespace}-nowhere`, 'other')),
    deleting('deleted under another UID', (object) => ({ uid: `${object.metadata.uid.slice(0, -1)}x` })),
    deleting('deleted under an old version', (object) => ({ uid: object.metadata.uid, resourceVersion: '1' })),
  ])
}

function patching(asked: string, dryRun: boolean, patch: (object: SimulatedObject) => SimulatedPatch): Operation {
  return {
    asked,
    run: ({ client, namespace }, object) =>
      client.patch(deploymentReference(namespace), patch(object), { dryRun }, context),
  }
}

function creating(asked: string, dryRun: boolean, object: (namespace: string) => SimulatedNewObject): Operation {
  return { asked, run: ({ client, namespace }) => client.create(object(namespace), { dryRun }, context) }
}

/** A Deployment that wants no pods. */
function empty(namespace: string, name: string) {
  const labels = { app: name }
  const spec = { containers: [{ name: 'app', image: 'shop/other:v1' }] }
  const template = { metadata: { labels }, spec }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels, annotations: { 'example.dev/owner': 'other' } },
    spec: { replicas: 0, paused: true, selector: { matchLabels: labels }, template },
  }
}

function deleting(
  asked: string,
  preconditions: (object: SimulatedObject) => { uid: string; resourceVersion?: string },
): Operation {
  return {
    asked,
    async run({ client, namespace }, object) {
      await client.delete(deploymentReference(namespace), preconditions(object), {}, context)
      return undefined
    },
  }
}

/** What an object says that both clusters must agree on: not ids, times and what controllers note for themselves. */
function meaning({ metadata, ...rest }: SimulatedObject): unknown {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => key.startsWith('example.dev/'))
  const spec = rest['spec'] as {
    paused?: boolean
    replicas: number
    revisionHistoryLimit: number
    selector: unknown
    template: { metadata: { labels: unknown }; spec: { containers: readonly { name: string; image: string }[] } }
  }
  return {
    generation: metadata.generation,
    labels: metadata.labels,
    annotations: Object.fromEntries(annotations.sort(([a], [b]) => (a < b ? -1 : 1))),
    paused: spec.paused,
    replicas: spec.replicas,
    revisionHistoryLimit: spec.revisionHistoryLimit,
    selector: spec.selector,
    templateLabels: spec.template.metadata.labels,
    containers: spec.template.spec.containers.map(({ name, image }) => [name, image]),
  }
}

/** Mulberry32: numbers from 0 up to 1, the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
