import { createHmac } from 'node:crypto'
import { canonicalText } from './canonical-text.ts'
import { shownLiteral } from './shown-literal.ts'

/** Answers 16 hex digits for a value at a place, so that equal values of different places do not look equal. */
export type Digester = (place: string, value: unknown) => string

/** Digests with a key: whoever does not know the key cannot find a value by trying. */
export function keyedDigester(key: string): Digester {
  return (place, value) =>
    createHmac('sha256', key)
      .update(`${place}\n${canonicalText(value)}`)
      .digest('hex')
      .slice(0, 16)
}

/** Fields that say nothing about what a workload does. */
const IGNORED = ['creationTimestamp', 'managedFields', 'resourceVersion', 'generation', 'status']

/**
 * A difference for people: one line for each field that is not the same, in order of its path, lists by the names of
 * their items. Literals that may be secrets (see `shownLiteral`) appear as keyed digests only. Empty when nothing differs.
 */
export function normalisedDiff(root: string, before: unknown, after: unknown, digest: Digester): string {
  const then = flatten(root, before, digest)
  const now = flatten(root, after, digest)
  const paths = [...new Set([...then.keys(), ...now.keys()])].sort()
  return paths
    .filter((path) => then.get(path) !== now.get(path))
    .map((path) => `${path}: ${then.get(path) ?? '(absent)'} → ${now.get(path) ?? '(absent)'}`)
    .join('\n')
}

function flatten(root: string, value: unknown, digest: Digester): ReadonlyMap<string, string> {
  const lines = new Map<string, string>()
  const visit = (path: string, keys: readonly string[], part: unknown): void => {
    if (Array.isArray(part)) {
      for (const [index, item] of part.entries()) visit(`${path}[${itemName(item) ?? index}]`, keys, item)
    } else if (typeof part === 'object' && part !== null) {
      for (const [key, member] of Object.entries(part)) {
        if (!IGNORED.includes(key)) visit(`${path}.${key}`, [...keys, key], member)
      }
    } else if (typeof part === 'string') {
      lines.set(
        path,
        shownLiteral(keys, part, () => `(digest ${digest(path, part)})`),
      )
    } else if (part !== undefined && part !== null) {
      lines.set(path, JSON.stringify(part))
    }
  }
  visit(root, [], value)
  return lines
}

function itemName(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const { name } = item as { name?: unknown }
  return typeof name === 'string' ? name : undefined
}
