import type { Principal } from '../../model/principal.ts'
import { draft } from '../draft.ts'
import { pauseSetting } from '../steps/load.ts'
import type { Engine } from './engine.ts'
import { actorOf, writeSetting } from './write.ts'

/** Throws or lifts the kill switch of the principal's tenant. Every intent commit expects it as its step read it. */
export async function setPaused(engine: Engine, by: Principal, paused: boolean): Promise<void> {
  await engine.ready()
  const { parts } = engine
  const value = paused ? { by: by.id, at: parts.clock.now() } : null
  const type = paused ? 'engine-paused' : 'engine-resumed'
  const entry = draft(parts, type, { kind: 'engine', id: by.tenant }, {}, { actor: actorOf(by) })
  await writeSetting(parts, by.tenant, pauseSetting, value, { audit: [entry] }, engine.context())
  parts.nudge()
}
