import type { CallContext, Json } from '@mendkit/core'
import type { RequestIntent } from './api-failure.ts'
import type { ApiRequest, ApiServer } from './api-server.ts'
import { collectionPath, objectPath } from './kinds.ts'
import type {
  KubernetesClient,
  KubernetesObject,
  KubernetesPatch,
  NewEvent,
  NewObject,
  ObjectReference,
  Preconditions,
  WriteOptions,
} from './kubernetes-client.ts'
import { parseObject, parseUnstored } from './parse-objects.ts'
import { nameOf } from './reads.ts'

const FIELD_MANAGER = 'mendkit'

/** The writing half of a `KubernetesClient`. No request here is ever sent twice. */
export function writes(
  server: ApiServer,
): Pick<KubernetesClient, 'create' | 'patch' | 'delete' | 'evict' | 'createEvent'> {
  return {
    create: (object, options, context) => createObject(server, object, options, context),
    patch: (reference, patch, options, context) => patchObject(server, reference, patch, options, context),
    delete: (reference, preconditions, options, context) =>
      deleteObject(server, reference, preconditions, options, context),
    evict: (pod, preconditions, options, context) => evictPod(server, pod, preconditions, options, context),
    createEvent: (event, options, context) => createEvent(server, event, options, context),
  }
}

async function createObject(
  server: ApiServer,
  object: NewObject,
  options: WriteOptions,
  context: CallContext,
): Promise<KubernetesObject> {
  const { apiVersion, kind, metadata } = object
  const reference = { apiVersion, kind, namespace: metadata.namespace, name: metadata.name }
  // A name that cannot be one is refused here, though it does not stand in the path.
  objectPath(reference)
  const intent = writing(`create ${nameOf(reference)}`, options)
  const path = collectionPath(apiVersion, kind, metadata.namespace)
  const request = {
    intent,
    method: 'POST',
    path,
    contentType: 'application/json',
    body: object,
    ...common(options),
  } as const
  const parse = options.dryRun ? parseUnstored : parseObject
  return parse(await server.json(request, context), intent)
}

async function patchObject(
  server: ApiServer,
  reference: ObjectReference,
  patch: KubernetesPatch,
  options: WriteOptions,
  context: CallContext,
): Promise<KubernetesObject> {
  const intent = writing(`patch ${nameOf(reference)}`, options)
  const [contentType, body] =
    patch.type === 'json'
      ? (['application/json-patch+json', patch.operations as readonly Json[]] as const)
      : (['application/merge-patch+json', patch.document] as const)
  const path = objectPath(reference)
  const request = { intent, method: 'PATCH', path, contentType, body, ...common(options) } as const
  return parseObject(await server.json(request, context), intent)
}

async function deleteObject(
  server: ApiServer,
  reference: ObjectReference,
  preconditions: Preconditions,
  options: WriteOptions,
  context: CallContext,
): Promise<void> {
  const { query: _, ...rest } = common(options)
  const request = {
    intent: writing(`delete ${nameOf(reference)}`, options),
    method: 'DELETE',
    path: objectPath(reference),
    contentType: 'application/json',
    // Without it the API server leaves the pods of a Job behind, though it clears up after everything else.
    body: { ...deleteOptions(preconditions, options), propagationPolicy: 'Background' },
    ...rest,
  } as const
  await server.json(request, context)
}

async function evictPod(
  server: ApiServer,
  pod: { readonly namespace: string; readonly name: string },
  preconditions: Preconditions,
  options: WriteOptions,
  context: CallContext,
): Promise<void> {
  const request = {
    intent: writing(`evict Pod ${pod.namespace}/${pod.name}`, options),
    method: 'POST',
    path: `${objectPath({ apiVersion: 'v1', kind: 'Pod', ...pod })}/eviction`,
    contentType: 'application/json',
    body: {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: pod.name, namespace: pod.namespace },
      deleteOptions: deleteOptions(preconditions, options),
    },
    ...common(options),
  } as const
  await server.json(request, context)
}

async function createEvent(
  server: ApiServer,
  event: NewEvent,
  options: WriteOptions,
  context: CallContext,
): Promise<void> {
  const { about, at } = event
  // Events about objects without a namespace belong into `default`, as the API server demands.
  const namespace = about.namespace ?? 'default'
  const body = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: event.name, namespace },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name: about.name,
      uid: about.uid,
      ...(about.namespace === undefined ? {} : { namespace: about.namespace }),
    },
    type: event.type,
    reason: event.reason,
    message: event.message.slice(0, 1024),
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
    source: { component: FIELD_MANAGER },
    reportingComponent: FIELD_MANAGER,
    reportingInstance: FIELD_MANAGER,
  }
  const intent = writing(`record an event on ${nameOf(about)}`, options)
  const path = collectionPath('v1', 'Event', namespace)
  await server.json(
    { intent, method: 'POST', path, contentType: 'application/json', body, ...common(options) },
    context,
  )
}

function writing(doing: string, options: WriteOptions): RequestIntent {
  return { doing: options.dryRun ? `${doing} (dry run)` : doing, stores: options.dryRun !== true }
}

function common(options: WriteOptions): Pick<ApiRequest, 'query' | 'repeatable' | 'executionId'> {
  return {
    query: { fieldManager: FIELD_MANAGER, dryRun: options.dryRun ? 'All' : undefined },
    repeatable: false,
    executionId: options.executionId,
  }
}

function deleteOptions(preconditions: Preconditions, options: WriteOptions) {
  const { uid, resourceVersion } = preconditions
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    preconditions: { uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    ...(options.dryRun ? { dryRun: ['All'] } : {}),
  }
}
