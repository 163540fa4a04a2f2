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
  const then = flatten(root, before)
  const now = flatten(root, after)
  const paths = [...new Set([...then.keys(), ...now.keys()])].sort()
  const shown = (path: string, leaf: Leaf | undefined) => (leaf === undefined ? '(absent)' : show(path, leaf, digest))
  return paths
    .filter((path) => !isSame(then.get(path), now.get(path)))
    .map((path) => ({ path, from: shown(path, then.get(path)), to: shown(path, now.get(path)) }))
    .filter(({ from, to }) => from !== to)
    .map(({ path, from, to }) => `${path}: ${from} → ${to}`)
    .join('\n')
}

/** A part that has no parts of its own, and the keys that lead to it. */
interface Leaf {
  readonly keys: readonly string[]
  readonly value: string | number | boolean
}

/** Told without the digests, which nobody sees of what has not changed. A key that holds dots can look like a path. */
function isSame(one: Leaf | undefined, other: Leaf | undefined): boolean {
  if (one === undefined || other === undefined || one.value !== other.value) return one === other
  return one.keys.length === other.keys.length && one.keys.every((key, index) => key === other.keys[index])
}

function show(path: string, { keys, value }: Leaf, digest: Digester): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return shownLiteral(keys, value, () => `(digest ${digest(path, value)})`)
}

function flatten(root: string, value: unknown): ReadonlyMap<string, Leaf> {
  const leaves = new Map<string, Leaf>()
  const visit = (path: string, keys: readonly string[], part: unknown): void => {
    if (Array.isArray(part)) {
      for (const [index, item] of part.entries()) visit(`${path}[${itemName(item) ?? index}]`, keys, item)
    } else if (typeof part === 'object' && part !== null) {
      for (const [key, member] of Object.entries(part)) {
        if (!IGNORED.includes(key)) visit(`${path}.${key}`, [...keys, key], member)
      }
    } else if (typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean') {
      leaves.set(path, { keys, value: part })
    }
  }
  visit(root, [], value)
  return leaves
}

function itemName(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const { name } = item as { name?: unknown }
  return typeof name === 'string' ? name : undefined
}
