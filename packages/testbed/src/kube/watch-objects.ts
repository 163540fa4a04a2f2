import { setTimeout as delay } from 'node:timers/promises'
import { MendkitError } from '@mendkit/core'
import { z } from 'zod'
import type { KubeApi } from './kube-api.ts'

/** What a watch tells about one object. */
interface ObjectChange<T> {
  readonly type: 'present' | 'deleted'
  readonly object: T
}

/** What to watch. */
export interface WatchOptions<T> {
  /** Path of the collection, without a query. */
  readonly path: string
  readonly schema: z.ZodType<T>
  readonly onChange: (change: ObjectChange<T>) => void
  /** A list or a stream failed; the watch goes on by itself. */
  readonly onError: (error: unknown) => void
  readonly signal: AbortSignal
}

const listMetadata = z.object({ resourceVersion: z.string() })
const statusSchema = z.object({ code: z.number(), message: z.string().optional() })

/**
 * Tells of every object of a collection and of each change to it, until the signal aborts.
 *
 * Level-triggered: after a cut or an expired version it lists again, so an object may be told of twice; a deletion that
 * fell into such a gap is not told.
 */
export async function watchObjects<T>(api: KubeApi, options: WatchOptions<T>): Promise<void> {
  const { signal } = options
  while (!signal.aborted) {
    try {
      const listSchema = z.object({ metadata: listMetadata, items: z.array(options.schema) })
      const list = await api.call(listSchema, { path: options.path, signal })
      for (const object of list.items) options.onChange({ type: 'present', object })
      await follow(api, options, list.metadata.resourceVersion)
    } catch (error) {
      if (signal.aborted) return
      options.onError(error)
      await delay(200)
    }
  }
}

async function follow<T>(api: KubeApi, options: WatchOptions<T>, from: string): Promise<void> {
  const eventSchema = z.object({ type: z.string(), object: z.unknown() })
  let version = from
  while (!options.signal.aborted) {
    const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=${version}`
    for await (const line of api.lines({ path: `${options.path}?${query}`, signal: options.signal })) {
      const event = eventSchema.parse(JSON.parse(line))
      if (event.type === 'ERROR') {
        const status = statusSchema.parse(event.object)
        if (status.code === 410) return
        throw new MendkitError('unavailable', `watch of ${options.path}: ${status.message ?? status.code}`)
      }
      version = z.object({ metadata: listMetadata }).parse(event.object).metadata.resourceVersion
      if (event.type === 'BOOKMARK') continue
      const object = options.schema.parse(event.object)
      options.onChange({ type: event.type === 'DELETED' ? 'deleted' : 'present', object })
    }
  }
}
