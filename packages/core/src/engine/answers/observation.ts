import { z } from 'zod'
import { once } from '../../once.ts'
import type { Observation } from '../../ports/observation.ts'
import { understand } from './understand.ts'

const schema = once<z.ZodType<Observation>>(() => z.enum(['applied', 'not-applied', 'under-way', 'gone', 'unknown']))

/** What an action saw. A wrong answer is a world that could not be read: the observation is unknown. */
export function understandObservation(who: string, answer: unknown): Observation {
  return understand(who, schema(), answer)
}
