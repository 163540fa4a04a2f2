import { z } from 'zod'
import type { RefusedRequest } from '../../model/alert.ts'
import type { EventType } from '../../model/event.ts'
import { isEventType } from '../../model/event-types.ts'
import { once } from '../../once.ts'
import type { WatchOptions } from '../feed/tail.ts'
import { idShape, signalShape, tenantShape } from './input-shapes.ts'
import { parseArgument, parseFields } from './parse-input.ts'

const eventType = once(() =>
  z.custom<EventType>(
    (value) => typeof value === 'string' && isEventType(value),
    'expected a type of event, such as incident-opened',
  ),
)
const shapes = once(() => {
  const text = z.string().min(1)
  const cursor = 'must be a whole number, -1 or more'
  return {
    batch: z.looseObject({}),
    ingest: z.strictObject({ tenant: tenantShape.optional(), signal: signalShape().optional() }),
    refused: z.strictObject({ source: text, because: text }),
    run: z.strictObject({ signal: signalShape().optional() }),
    watch: z.strictObject({
      after: z.int(cursor).min(-1, cursor).optional(),
      types: z.array(eventType()).optional(),
      incidentId: idShape().optional(),
      signal: signalShape().optional(),
    }),
    type: z.union([z.literal('*'), eventType()], 'expected a type of event, such as incident-opened, or *'),
    listener: z.custom((value) => typeof value === 'function', 'expected a function'),
    plan: z.looseObject({ id: idShape() }),
  }
})

/** Arguments of `ingest`; the batch itself is judged by the intake. */
export function parseIngest(batch: unknown, options: unknown) {
  parseArgument('batch', shapes().batch, batch)
  return parseFields('options', shapes().ingest, options)
}

/** The argument of `recordRefusal`. */
export function parseRefused(refused: unknown): RefusedRequest {
  return parseFields('refused', shapes().refused, refused)
}

/** Options of `run`. */
export function parseRun(options: unknown): { readonly signal?: AbortSignal | undefined } {
  return parseFields('options', shapes().run, options)
}

/** Options of `watch`, as they are. */
export function parseWatch(options: WatchOptions): WatchOptions {
  parseFields('options', shapes().watch, options)
  return options
}

/** Checks the arguments of `on` and `off`. */
export function assertListener(type: unknown, listener: unknown): void {
  parseArgument('type', shapes().type, type)
  parseArgument('listener', shapes().listener, listener)
}

/** The id of the plan that `explain` is asked about. */
export function parsePlan(plan: unknown): string {
  if (typeof plan !== 'object') return parseArgument('plan', idShape(), plan)
  return parseArgument('plan', shapes().plan, plan).id
}
