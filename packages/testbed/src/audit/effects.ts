import { readFile } from 'node:fs/promises'
import { MendkitError } from '@mendkit/core'
import { z } from 'zod'
import { type AuditEvent, auditEventSchema } from './audit-event.ts'

/** A write of Mendkit that the API server carried out. */
export interface AuditedWrite {
  readonly auditId: string
  readonly at: string
  readonly verb: string
  /** Such as `deployments` or `pods/eviction`. */
  readonly resource: string
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly username: string | undefined
  /** From the User-Agent `mendkit/<version> (execution <id>)`; undefined when it names none. */
  readonly executionId: string | undefined
  readonly status: number
  readonly requestObject: unknown
}

/** Mendkit's writes, sorted by what they mean. */
export interface AuditedEffects {
  /** Writes that change more than the fence annotation: what a person would call "it did something". */
  readonly effects: readonly AuditedWrite[]
  /** Patches that set the fence annotation and nothing else. */
  readonly fences: readonly AuditedWrite[]
  /** Kubernetes Events that were left on a target. */
  readonly events: readonly AuditedWrite[]
}

/** Which writes to look at. */
export interface EffectsOptions {
  /** Only what happened at or after this moment. @default everything in the file */
  readonly since?: Date
  /** Only one namespace. @default all */
  readonly namespace?: string
}

// Written down here too, so that the judge does not move with the code that it judges.
const fence = 'mendkit.dev/fence'
/** The namespace of Mendkit's service accounts, to read and to act, in the README of the Kubernetes adapter. */
const accounts = 'system:serviceaccount:mendkit:'
const writes = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])
const questions = new Set(['authorization.k8s.io', 'authentication.k8s.io'])

/**
 * Reads from the API server's audit log what Mendkit really did to the cluster.
 *
 * Counted are requests with status 2xx, without dry run, by a service account in namespace `mendkit` or by a User-Agent
 * that begins with `mendkit/`. Questions about permissions are not writes. Throws `corrupt` for a line that is not an
 * audit event, and `invalid` for an effect of such an account that names no execution: Mendkit cannot account for it, so
 * no test may pass over it.
 */
export async function effects(auditLogPath: string, options: EffectsOptions = {}): Promise<AuditedEffects> {
  const found = { effects: [] as AuditedWrite[], fences: [] as AuditedWrite[], events: [] as AuditedWrite[] }
  for (const event of parseAuditLog(await readFile(auditLogPath, 'utf8'))) {
    const { objectRef } = event
    const status = event.responseStatus?.code ?? 0
    if (event.stage !== 'ResponseComplete' || status < 200 || status > 299) continue
    if (!isOurs(event) || !writes.has(event.verb) || !objectRef) continue
    if (questions.has(objectRef.apiGroup) || isDryRun(event)) continue
    if (options.since && new Date(event.stageTimestamp) < options.since) continue
    if (options.namespace !== undefined && objectRef.namespace !== options.namespace) continue
    const kind = objectRef.resource === 'events' ? 'events' : isFence(event) ? 'fences' : 'effects'
    const write: AuditedWrite = {
      auditId: event.auditID,
      at: event.stageTimestamp,
      verb: event.verb,
      resource: objectRef.subresource ? `${objectRef.resource}/${objectRef.subresource}` : objectRef.resource,
      namespace: objectRef.namespace,
      name: objectRef.name,
      username: event.user.username,
      executionId: /\(execution ([^)\s]+)\)/.exec(event.userAgent)?.[1],
      status,
      requestObject: event.requestObject,
    }
    if (kind === 'effects') assertAccountedFor(write)
    found[kind].push(write)
  }
  return found
}

/** By account as well as by User-Agent: a write on a path that forgets the header is still Mendkit's. */
function isOurs({ user, userAgent }: AuditEvent): boolean {
  return userAgent.startsWith('mendkit/') || isAccount(user.username)
}

function isAccount(username = ''): boolean {
  return username.startsWith(accounts)
}

function assertAccountedFor({
  username,
  executionId,
  verb,
  resource,
  namespace,
  name,
  at,
  auditId,
}: AuditedWrite): void {
  if (!isAccount(username) || executionId !== undefined) return
  const what = `${verb} ${resource} ${namespace ?? ''}/${name ?? ''} at ${at} (audit id ${auditId})`
  const todo = 'send the execution id in the User-Agent, or make the change as another account'
  throw new MendkitError('invalid', `${username} made a change that names no execution: ${what}; ${todo}`)
}

/** Every event of an audit log. The last line may still be being written; then it is left out. */
export function parseAuditLog(text: string): readonly AuditEvent[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  return lines.flatMap((line, index) => {
    if (line === '') return []
    const parsed = auditEventSchema.safeParse(JSON.parse(line))
    if (parsed.success) return [parsed.data]
    throw new MendkitError('corrupt', `audit log, line ${index + 1} is not an audit event`, { cause: parsed.error })
  })
}

const dryRunSchema = z.object({
  dryRun: z.array(z.string()).optional(),
  deleteOptions: z.object({ dryRun: z.array(z.string()).optional() }).optional(),
})

/** A dry run is asked for in the query or, for a delete or an eviction, in the body. */
function isDryRun(event: AuditEvent): boolean {
  if (new URL(event.requestURI, 'https://api').searchParams.has('dryRun')) return true
  const body = dryRunSchema.safeParse(event.requestObject)
  return body.success && (body.data.dryRun ?? body.data.deleteOptions?.dryRun ?? []).length > 0
}

const jsonPatchSchema = z.array(z.object({ op: z.string(), path: z.string(), value: z.unknown().optional() }))
const mergePatchSchema = z.strictObject({
  metadata: z.strictObject({
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
    annotations: z.record(z.string(), z.unknown()),
  }),
})

/** Whether a patch sets nothing but the fence. */
function isFence(event: AuditEvent): boolean {
  if (event.verb !== 'patch' || event.objectRef?.subresource) return false
  const merge = mergePatchSchema.safeParse(event.requestObject)
  if (merge.success) return Object.keys(merge.data.metadata.annotations).every((name) => name === fence)
  const operations = jsonPatchSchema.safeParse(event.requestObject)
  if (!operations.success) return false
  const changes = operations.data.filter((operation) => operation.op !== 'test')
  return changes.length > 0 && changes.every(setsFence)
}

function setsFence({ path, value }: { path: string; value?: unknown }): boolean {
  const prefix = '/metadata/annotations'
  if (path.startsWith(`${prefix}/`)) return path.slice(prefix.length + 1).replaceAll('~1', '/') === fence
  // An object without annotations is given its first ones as a whole.
  const whole = z.record(z.string(), z.unknown()).safeParse(value)
  return path === prefix && whole.success && Object.keys(whole.data).every((name) => name === fence)
}
