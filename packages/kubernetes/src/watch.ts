import { setTimeout as delay } from 'node:timers/promises'
import { type CallContext, MendkitError } from '@mendkit/core'
import { z } from 'zod'
import { apiFailure, type RequestIntent } from './api-failure.ts'
import type { ApiServer } from './api-server.ts'
import { collectionPath } from './kinds.ts'
import type { ObjectSelection, WatchEvent } from './kubernetes-client.ts'
import { failureOf } from './kubernetes-failure.ts'
import { parseObject, parseWatchLine } from './parse-objects.ts'
import { listObjects } from './reads.ts'

/** Times of the watch supervisor, in milliseconds. */
export interface WatchTimes {
  /** The server is asked to end each connection after this long, with up to half as much again as jitter. */
  readonly connectionMs: number
  /** The first wait after a failure; doubled up to 30 s, with jitter. */
  readonly restartMs: number
  /** Everything is listed anew after this long, which repairs what a lost event would have said. */
  readonly resyncMs: number
}

const MAX_RESTART_MS = 30_000
/** How long after the time at which the server should have ended a connection it is taken for dead. */
const GRACE_MS = 10_000

/** Lists, then follows, and starts again for as long as the caller wants. Ends without throwing when the signal aborts. */
export async function* watchObjects(
  server: ApiServer,
  selection: ObjectSelection,
  times: WatchTimes,
  context: CallContext,
): AsyncIterable<WatchEvent> {
  const { signal } = context
  let version: string | undefined
  let listedAt = 0
  let failures = 0
  while (!signal.aborted) {
    try {
      if (version === undefined || performance.now() - listedAt > times.resyncMs) {
        const list = await listObjects(server, { ...selection, atMost: Number.MAX_SAFE_INTEGER }, context)
        version = list.resourceVersion
        listedAt = performance.now()
        yield { type: 'reset', objects: list.items }
      }
      for await (const step of follow(server, selection, version, times, context)) {
        version = step.version
        failures = 0
        if (step.event !== undefined) yield step.event
      }
    } catch (error) {
      if (signal.aborted) return
      if (failureOf(error)?.status === 410) {
        version = undefined
      } else if (!MendkitError.is(error, 'unavailable')) {
        throw error
      }
      failures += 1
      const wait = Math.min(MAX_RESTART_MS, times.restartMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
      await pause(MendkitError.is(error) ? (error.retryAfterMs ?? wait) : wait, signal)
    }
  }
}

/** One connection. `version` is where the next one can go on. */
async function* follow(
  server: ApiServer,
  selection: ObjectSelection,
  resourceVersion: string,
  times: WatchTimes,
  context: CallContext,
): AsyncIterable<{ version: string; event?: WatchEvent }> {
  const { apiVersion, kind, namespace, labelSelector, fieldSelector } = selection
  const intent: RequestIntent = { doing: `watch ${kind} in ${namespace ?? 'all namespaces'}`, stores: false }
  const connectionMs = times.connectionMs * (1 + Math.random() / 2)
  const query = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion,
    timeoutSeconds: String(Math.ceil(connectionMs / 1000)),
    labelSelector,
    fieldSelector,
  }
  const path = collectionPath(apiVersion, kind, namespace)
  const request = { intent, method: 'GET', path, query, repeatable: false } as const
  for await (const line of server.lines(request, connectionMs + GRACE_MS, context)) {
    const { type, object } = parseWatchLine(line, intent)
    if (type === 'ERROR') throw watchError(object, intent)
    if (type === 'BOOKMARK') {
      yield { version: bookmarkVersion(object) ?? resourceVersion }
      continue
    }
    const parsed = parseObject(object, intent)
    const event = eventFor(type, parsed)
    yield { version: parsed.metadata.resourceVersion, ...(event === undefined ? {} : { event }) }
  }
}

function eventFor(type: string, object: ReturnType<typeof parseObject>): WatchEvent | undefined {
  if (type === 'ADDED') return { type: 'added', object }
  if (type === 'MODIFIED') return { type: 'modified', object }
  return type === 'DELETED' ? { type: 'deleted', object } : undefined
}

const statusSchema = z.looseObject({ code: z.number().optional() })
const bookmarkSchema = z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string() }) })

/** An ERROR line carries a Status: an ordinary refusal that came too late for an HTTP status. */
function watchError(object: unknown, intent: RequestIntent): MendkitError {
  const status = statusSchema.safeParse(object)
  const code = status.success ? (status.data.code ?? 500) : 500
  return apiFailure(intent, { status: code, body: JSON.stringify(object) })
}

function bookmarkVersion(object: unknown): string | undefined {
  const parsed = bookmarkSchema.safeParse(object)
  return parsed.success ? parsed.data.metadata.resourceVersion : undefined
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
