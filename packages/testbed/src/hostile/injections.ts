import { existsSync, readFileSync } from 'node:fs'

/** One text by which somebody tries to make a model do something. */
export interface Injection {
  readonly id: string
  readonly text: string
}

// Data that nobody here wrote lies beside the repository on some machines; it is not part of it.
const file = new URL('../../../../../shared/data/injections/injections.jsonl', import.meta.url)

/** All known texts; none, with one line about it, where they are not beside the repository. */
export function readInjections(): readonly Injection[] {
  if (!existsSync(file)) {
    console.info('skipped: shared/data/injections is not beside the repository')
    return []
  }
  return readFileSync(file, 'utf8').split('\n').filter(Boolean).map(parse)
}

function parse(line: string): Injection {
  const { id, text } = JSON.parse(line) as Partial<Injection>
  if (typeof id !== 'string' || typeof text !== 'string') throw new Error(`no injection: ${line.slice(0, 80)}`)
  return { id, text }
}
