import type { AlertBatch } from '../model/alert.ts'
import type { CallContext } from './context.ts'

/**
 * Reports alerts. The engine asks for the next batch when the last one is durable, so delivery is at least once; the
 * identity of an alert makes that harmless.
 */
export interface Detector {
  readonly spec: 1
  readonly id: string
  /** Tenant of its alerts. @default 'default' */
  readonly tenant?: string
  /**
   * Ends quietly when `ctx.signal` aborts. A poll that fails throws; the engine logs it, counts it, and calls `alerts`
   * again after a pause.
   */
  alerts(ctx: CallContext): AsyncIterable<AlertBatch>
}
