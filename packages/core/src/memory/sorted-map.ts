import type { Undo } from './undo.ts'

/** Up to this many new keys are put into place one by one; more are sorted together. */
const fewKeys = 32

/**
 * A map that is walked in ascending order of its keys (by UTF-16 code unit). Keys are put in order only when somebody
 * walks, so that a storm of inserts stays cheap.
 */
export class SortedMap<Value> {
  private readonly entries = new Map<string, Value>()
  private order: string[] = []
  private added: string[] = []
  /** Deleted keys that still stand in `order` or `added`. */
  private gone: Set<string> | undefined

  get size(): number {
    return this.entries.size
  }

  get(key: string): Value | undefined {
    return this.entries.get(key)
  }

  set(key: string, value: Value, undo: Undo): void {
    const before = this.entries.get(key)
    this.put(key, value)
    undo.push(before === undefined ? () => this.remove(key) : () => this.put(key, before))
  }

  delete(key: string, undo: Undo): void {
    const before = this.entries.get(key)
    if (before === undefined) return
    this.remove(key)
    undo.push(() => this.put(key, before))
  }

  /** Entries whose key is greater than `after`, in order. Do not write while walking. */
  *walk(after?: string): Generator<[string, Value]> {
    this.settle()
    for (let at = after === undefined ? 0 : firstAbove(this.order, after); at < this.order.length; at += 1) {
      const key = this.order[at] as string
      const value = this.entries.get(key)
      if (value !== undefined) yield [key, value]
    }
  }

  /** Entries whose key is less than `before`, the last first. Do not write while walking. */
  *walkDown(before?: string): Generator<[string, Value]> {
    this.settle()
    const end = before === undefined ? this.order.length : firstNotBelow(this.order, before)
    for (let at = end - 1; at >= 0; at -= 1) {
      const key = this.order[at] as string
      const value = this.entries.get(key)
      if (value !== undefined) yield [key, value]
    }
  }

  private put(key: string, value: Value): void {
    const { size } = this.entries
    this.entries.set(key, value)
    const isNew = this.entries.size > size
    if (isNew && this.gone?.delete(key) !== true) this.added.push(key)
  }

  private remove(key: string): void {
    this.entries.delete(key)
    this.gone ??= new Set()
    this.gone.add(key)
  }

  private settle(): void {
    const gone = this.gone?.size ?? 0
    if (gone > fewKeys && gone * 2 > this.order.length) {
      this.order = this.order.filter((key) => this.entries.has(key))
      this.added = this.added.filter((key) => this.entries.has(key))
      this.gone = undefined
    }
    if (this.added.length === 0) return
    if (this.added.length > fewKeys) this.order = this.order.concat(this.added).sort()
    else for (const key of this.added) this.order.splice(firstAbove(this.order, key), 0, key)
    this.added = []
  }
}

/** Index of the first key that is greater than `key`. */
function firstAbove(order: readonly string[], key: string): number {
  return firstWhere(order, (each) => each > key)
}

/** Index of the first key that is `key` or greater. */
function firstNotBelow(order: readonly string[], key: string): number {
  return firstWhere(order, (each) => each >= key)
}

/** Index of the first key that holds, in an order in which no key holds before one that does not. */
function firstWhere(order: readonly string[], holds: (key: string) => boolean): number {
  let low = 0
  let high = order.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(order[middle] as string)) high = middle
    else low = middle + 1
  }
  return low
}
