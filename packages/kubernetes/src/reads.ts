import { type CallContext, MendkitError } from '@mendkit/core'
import { z } from 'zod'
import type { RequestIntent } from './api-failure.ts'
import type { ApiServer } from './api-server.ts'
import { collectionPath, groupOf, kindRoute, objectPath } from './kinds.ts'
import type {
  AccessAnswer,
  AccessQuestion,
  ClientDescription,
  KubernetesClient,
  KubernetesObject,
  ObjectList,
  ObjectReference,
  ObjectSelection,
  PodLogOptions,
} from './kubernetes-client.ts'
import { failureOf } from './kubernetes-failure.ts'
import { checked, parseObject, parsePage } from './parse-objects.ts'

const PAGE_SIZE = 500
const DEFAULT_AT_MOST = 5000
/** A list whose version is forgotten this often moves faster than it can be read. */
const MAX_LIST_RESTARTS = 3

/** The reading half of a `KubernetesClient`. */
export function reads(server: ApiServer): Pick<KubernetesClient, 'get' | 'list' | 'podLogs' | 'can' | 'describe'> {
  return {
    get: (reference, context) => getObject(server, reference, context),
    list: (selection, context) => listObjects(server, selection, context),
    podLogs: (pod, options, context) => podLogs(server, pod, options, context),
    can: (question, context) => reviewAccess(server, question, context),
    describe: (context) => describeServer(server, context),
  }
}

async function getObject(
  server: ApiServer,
  reference: ObjectReference,
  context: CallContext,
): Promise<KubernetesObject> {
  const intent = reading(`read ${nameOf(reference)}`)
  const path = objectPath(reference)
  return parseObject(await server.json({ intent, method: 'GET', path, repeatable: true }, context), intent)
}

/** Reads all pages. A version that the server has forgotten between two pages starts the list again from its beginning. */
export async function listObjects(
  server: ApiServer,
  selection: ObjectSelection,
  context: CallContext,
): Promise<ObjectList> {
  for (let restarts = 0; ; restarts += 1) {
    try {
      return await listOnce(server, selection, context)
    } catch (error) {
      const expired = MendkitError.is(error, 'conflict') && failureOf(error)?.status === 410
      if (!expired || restarts === MAX_LIST_RESTARTS) throw error
    }
  }
}

async function listOnce(server: ApiServer, selection: ObjectSelection, context: CallContext): Promise<ObjectList> {
  const { apiVersion, kind, namespace, labelSelector, fieldSelector, atMost = DEFAULT_AT_MOST } = selection
  const intent = reading(`list ${kind} in ${namespace ?? 'all namespaces'}`)
  const path = collectionPath(apiVersion, kind, namespace)
  const items: KubernetesObject[] = []
  let next: string | undefined
  for (;;) {
    const limit = String(Math.min(PAGE_SIZE, atMost - items.length))
    const query = { limit, continue: next, labelSelector, fieldSelector }
    const page = parsePage(
      await server.json({ intent, method: 'GET', path, query, repeatable: true }, context),
      selection,
      intent,
    )
    items.push(...page.items)
    next = page.next
    if (next === undefined || items.length >= atMost) {
      return {
        items: items.slice(0, atMost),
        resourceVersion: page.resourceVersion,
        truncated: next !== undefined || items.length > atMost,
      }
    }
  }
}

async function podLogs(
  server: ApiServer,
  pod: { readonly namespace: string; readonly name: string },
  options: PodLogOptions,
  context: CallContext,
): Promise<string> {
  const { container, previous = false, tailLines = 200, limitBytes = 65_536 } = options
  const path = `${objectPath({ apiVersion: 'v1', kind: 'Pod', ...pod })}/log`
  const query = {
    container,
    previous: previous ? 'true' : undefined,
    tailLines: String(tailLines),
    limitBytes: String(limitBytes),
  }
  const intent = reading(`read the log of pod ${pod.namespace}/${pod.name}`)
  return server.text({ intent, method: 'GET', path, query, repeatable: true }, context)
}

const reviewSchema = z.looseObject({
  status: z.looseObject({ allowed: z.boolean().optional(), reason: z.string().optional() }),
})

async function reviewAccess(server: ApiServer, question: AccessQuestion, context: CallContext): Promise<AccessAnswer> {
  const { verb, apiVersion, kind, subresource, namespace, name } = question
  const resource = kindRoute(apiVersion, kind).plural
  const intent = reading(`ask whether these credentials may ${verb} ${resource}`)
  const resourceAttributes = {
    verb,
    group: groupOf(apiVersion),
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  }
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  }
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
  const answer = await server.json({ ...review(intent, path), body }, context)
  const { allowed = false, reason = '' } = checked(reviewSchema, answer, intent).status
  const what = `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`} in ${namespace ?? 'all namespaces'}`
  return { allowed, because: reason || `the API server ${allowed ? 'allows' : 'does not allow'} ${what}` }
}

const versionSchema = z.looseObject({ gitVersion: z.string() })
const selfSchema = z.looseObject({ status: z.looseObject({ userInfo: z.looseObject({ username: z.string() }) }) })

async function describeServer(server: ApiServer, context: CallContext): Promise<ClientDescription> {
  const intent = reading('ask the API server who it is')
  const version = checked(
    versionSchema,
    await server.json({ intent, method: 'GET', path: '/version', repeatable: true }, context),
    intent,
  ).gitVersion
  const user = await whoAmI(server, context)
  return { server: await server.address(), version, ...(user === undefined ? {} : { user }) }
}

async function whoAmI(server: ApiServer, context: CallContext): Promise<string | undefined> {
  const intent = reading('ask the API server who we are')
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  try {
    return checked(selfSchema, await server.json({ ...review(intent, path), body }, context), intent).status.userInfo
      .username
  } catch (error) {
    // Servers before 1.28 do not have this review, and a cluster may forbid it; everything else works without.
    if (MendkitError.is(error, 'not-found') || failureOf(error)?.status === 403) return undefined
    throw error
  }
}

function review(intent: RequestIntent, path: string) {
  return { intent, method: 'POST', path, contentType: 'application/json', repeatable: true } as const
}

function reading(doing: string): RequestIntent {
  return { doing, stores: false }
}

/** `Deployment shop/checkout`, for messages. */
export function nameOf(reference: ObjectReference): string {
  const { kind, namespace, name } = reference
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`
}
