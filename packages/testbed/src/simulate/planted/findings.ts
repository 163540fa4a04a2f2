import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Finding } from './run-planted.ts'

const file = new URL('findings.json', import.meta.url)
const schema = z.record(z.string(), z.strictObject({ seed: z.number().int(), check: z.string() }))

/** By which seed each planted bug was found when it was last looked for, and by which check. */
export type RecordedFindings = z.output<typeof schema>

/** Reads what is recorded. */
export function readFindings(): RecordedFindings {
  return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
}

/** Records findings instead of what was recorded. */
export function writeFindings(findings: readonly Finding[]): void {
  const sorted = [...findings].sort((a, b) => (a.name < b.name ? -1 : 1))
  const recorded = sorted.flatMap(({ name, seed, check }) => (seed === undefined ? [] : [[name, { seed, check }]]))
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(recorded), null, 2)}\n`)
}
