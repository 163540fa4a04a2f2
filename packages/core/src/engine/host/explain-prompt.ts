import { MendkitError } from '../../errors.ts'
import type { Principal } from '../../model/principal.ts'
import { message } from '../../redact/message.ts'
import { type ExplainedPrompt, explainPrompt } from '../models/explain-prompt.ts'
import type { Engine } from './engine.ts'
import { idShape } from './input-shapes.ts'
import { parseArgument } from './parse-input.ts'

/** What a model would be sent about an incident of one principal's tenant. Throws `not-found` when there is none of this id. */
export async function explainPromptOf(
  engine: Engine,
  { tenant }: Principal,
  given: string,
): Promise<ExplainedPrompt | undefined> {
  const id = parseArgument('incidentId', idShape(), given)
  const { parts } = engine
  await engine.ready()
  const ctx = engine.context()
  const incident = await parts.store.get('incident', tenant, id, ctx)
  if (incident === undefined)
    throw new MendkitError('not-found', message`there is no incident ${id} in tenant ${tenant}`)
  const symptoms = await parts.store.symptoms(tenant, id, ctx)
  return explainPrompt(parts, { incident, symptoms, ctx })
}
