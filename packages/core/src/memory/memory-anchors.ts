import { parseCheckpoint } from '../audit/checkpoint.ts'
import { assertSameRoot } from '../audit/read-anchor.ts'
import type { Anchor, AnchorSink } from '../ports/anchor-sink.ts'
import type { CallContext } from '../ports/context.ts'
import { checkLimit } from './check-read.ts'

/** Keeps anchors in memory and forgets them with the process: for tests and for trying out. */
export function memoryAnchors(id: string = 'memory'): AnchorSink {
  const logs = new Map<string, { readonly size: number; readonly anchor: Anchor }[]>()

  function of(origin: string, ctx: CallContext): { readonly size: number; readonly anchor: Anchor }[] {
    ctx.signal.throwIfAborted()
    const log = logs.get(origin) ?? []
    logs.set(origin, log)
    return log
  }

  return {
    spec: 1,
    id,
    keeps: 'append-only',
    place: async () => ({ where: 'memory of this process', apart: 'this-machine' }),
    async put({ note, at }, ctx) {
      const checkpoint = parseCheckpoint(note)
      const log = of(checkpoint.origin, ctx)
      const same = log.filter(({ size }) => size === checkpoint.size)
      assertSameRoot(
        id,
        same.map(({ anchor }) => anchor),
        checkpoint,
      )
      if (same.length > 0) return
      log.push({ size: checkpoint.size, anchor: { note, at } })
      log.sort((left, right) => left.size - right.size)
    },
    latest: async (origin, ctx) => of(origin, ctx).at(-1)?.anchor,
    async list({ origin, from, limit }, ctx) {
      checkLimit(limit)
      return of(origin, ctx)
        .filter(({ size }) => size >= from)
        .slice(0, limit)
        .map(({ anchor }) => anchor)
    },
  }
}
