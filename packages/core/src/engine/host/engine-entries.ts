import type { CallContext } from '../../ports/context.ts'
import { callPort } from '../call.ts'
import { draft } from '../draft.ts'
import { engineTenant } from '../engine-tenant.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { configurationDigest } from './compose.ts'
import { version } from './version.ts'

/** Writes what runs from now on. */
export async function recordStart(parts: Parts, owner: string, ctx: CallContext): Promise<void> {
  const { store } = parts
  const ids = [...parts.detectors, ...parts.evidenceSources, ...parts.remediators].map((each) => each.id)
  const data = {
    version,
    store: store.id,
    durable: store.durable,
    configuration: configurationDigest(parts),
    integrations: ids,
  }
  const entry = draft(parts, 'engine-started', { kind: 'engine', id: owner }, data)
  await store.commit({ tenant: engineTenant, expect: [], put: [], audit: [entry] }, ctx)
}

/** Writes that the run has ended. A store that is away then costs this entry and nothing else. */
export async function recordStop(parts: Parts, owner: string, drained: boolean): Promise<void> {
  const entry = draft(parts, 'engine-stopped', { kind: 'engine', id: owner }, { drained })
  const change = { tenant: engineTenant, expect: [], put: [], audit: [entry] }
  const ctx: CallContext = { signal: new AbortController().signal, log: parts.log }
  try {
    await callPort(parts, 'the entry that the engine stopped', ctx, (within) => parts.store.commit(change, within))
  } catch (error) {
    parts.log.warn(describeFailure('the end of this run could not be recorded', error))
  }
}
