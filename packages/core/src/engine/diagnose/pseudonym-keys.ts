import type { Incident } from '../../model/incident.ts'
import type { Random } from '../../ports/clock.ts'

/** Incidents whose keys are remembered. */
const mostKept = 1_000

/** The key under which the secrets of an incident are marked. */
export type PseudonymKeyOf = (incident: Pick<Incident, 'tenant' | 'id'>) => string

/**
 * Gives an incident the same key for as long as this process runs and has not met a thousand others since, so that a secret has
 * the same marker in every diagnosis of it, and in the prompt that is only printed. A key is drawn when there is a secret to mark and is
 * kept in memory alone: who can read the database could else try guesses on the markers.
 */
export function pseudonymKeys(random: Random): PseudonymKeyOf {
  const keys = new Map<string, string>()
  return ({ tenant, id }) => {
    const name = JSON.stringify([tenant, id])
    const key = keys.get(name) ?? random.hex(16)
    // The one that was asked for last goes last.
    keys.delete(name)
    keys.set(name, key)
    const [oldest] = keys.keys()
    if (keys.size > mostKept && oldest !== undefined) keys.delete(oldest)
    return key
  }
}
