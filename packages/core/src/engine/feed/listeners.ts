import { EventEmitter } from 'eventemitter3'
import type { EventType, MendkitEvent } from '../../model/event.ts'
import { message } from '../../redact/message.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { WatchOptions } from './tail.ts'

/** The event of a type; of every type for `*`. */
export type EventOf<Type extends EventType | '*'> = Type extends '*'
  ? MendkitEvent
  : Extract<MendkitEvent, { type: Type }>

/**
 * What a host gives to `on`. It is not waited for, and the order of events is kept only up to its first `await`; use
 * `watch` where the next event must wait for the last. What it throws or rejects with is logged and counted, and
 * disturbs nothing.
 */
export type Listener<Type extends EventType | '*' = '*'> = (event: EventOf<Type>) => unknown

/** Typed events of a tenant, the same as `watch` yields. */
export interface Listeners {
  /** Calls `listener` for every entry of the type, or of all types for `*`, that is written from now on. */
  on<Type extends EventType | '*'>(tenant: string, type: Type, listener: Listener<Type>): void
  off<Type extends EventType | '*'>(tenant: string, type: Type, listener: Listener<Type>): void
}

interface Pump {
  readonly emitter: EventEmitter<EventType | '*'>
  readonly stop: AbortController
}

/** Reads one tail per tenant while somebody listens to it, and none otherwise. `life` ends them all. */
export function createListeners(
  parts: Parts,
  watch: (options: WatchOptions & { readonly tenant: string }) => AsyncIterable<MendkitEvent>,
  life: AbortSignal,
): Listeners {
  const pumps = new Map<string, Pump>()

  return {
    on(tenant, type, listener) {
      let pump = pumps.get(tenant)
      if (pump === undefined) {
        pump = { emitter: new EventEmitter(), stop: new AbortController() }
        pumps.set(tenant, pump)
        void run(tenant, pump)
      }
      pump.emitter.on(type, listener)
    },
    off(tenant, type, listener) {
      const pump = pumps.get(tenant)
      if (pump === undefined) return
      pump.emitter.off(type, listener)
      if (pump.emitter.eventNames().length > 0) return
      pumps.delete(tenant)
      pump.stop.abort()
    },
  }

  /** Never rejects. A failure is told, and the tail goes on behind the last event after a sweep. */
  async function run(tenant: string, pump: Pump): Promise<void> {
    const { signal } = pump.stop
    for (let after: number | undefined; !signal.aborted && !life.aborted; ) {
      try {
        for await (const event of watch({ tenant, signal, ...(after !== undefined && { after }) })) {
          after = event.seq
          tell(pump, event)
        }
      } catch (error) {
        parts.metrics.count('mendkit_feed_read_failures_total')
        parts.log.error(describeFailure(message`events of tenant ${tenant} stopped and are tried again`, error))
        await pause(signal)
      }
    }
  }

  async function pause(signal: AbortSignal): Promise<void> {
    try {
      await parts.clock.sleep(parts.settings.engine.sweepMs, AbortSignal.any([signal, life]))
    } catch (error) {
      if (!signal.aborted && !life.aborted) throw error
    }
  }

  function tell(pump: Pump, event: MendkitEvent): void {
    for (const listener of [...pump.emitter.listeners(event.type), ...pump.emitter.listeners('*')]) {
      void callListener(listener, event)
    }
  }

  async function callListener(listener: Listener, event: MendkitEvent): Promise<void> {
    try {
      await listener(event)
    } catch (error) {
      parts.metrics.count('mendkit_listener_failures_total', { type: event.type })
      parts.log.error(describeFailure(message`a listener of ${event.type} failed`, error), { seq: event.seq })
    }
  }
}
