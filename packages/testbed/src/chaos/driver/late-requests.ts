import { setTimeout as delay } from 'node:timers/promises'
import { MendkitError, silentLogger } from '@mendkit/core'
import type { KubernetesClient, KubernetesPatch, ObjectReference, WriteOptions } from '@mendkit/kubernetes'
import type { Chance } from '@mendkit/testkit'

/** Requests whose sender died while they were on their way. */
export interface LateRequests {
  /** Takes a request, and brings it to the cluster some time later. */
  take(reference: ObjectReference, patch: KubernetesPatch, options: WriteOptions): void
  /** Resolves when every request has arrived. Rejects when one failed otherwise than by a refusal. */
  arrived(): Promise<void>
}

/** Sends late with the credentials of the dead. A refusal is what a sound host's request must meet once it was given up. */
export function lateRequests(act: KubernetesClient, chance: Chance): LateRequests {
  const context = { signal: new AbortController().signal, log: silentLogger }
  const underWay: Promise<unknown>[] = []

  async function send(afterMs: number, ...request: Parameters<LateRequests['take']>): Promise<unknown> {
    await delay(afterMs)
    try {
      return await act.patch(...request, context)
    } catch (error) {
      if (MendkitError.is(error, 'rejected') || MendkitError.is(error, 'conflict')) return error
      throw error
    }
  }

  return {
    take: (...request) => {
      const sent = send(200 + chance.below(4_000), ...request)
      // Judged in `arrived`, which may come much later.
      sent.catch(() => undefined)
      underWay.push(sent)
    },
    async arrived() {
      await Promise.all(underWay)
    },
  }
}
