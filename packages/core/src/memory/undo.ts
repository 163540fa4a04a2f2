/** Steps that take a change back, in the order in which they were noted; run them last first. */
export type Undo = (() => void)[]

/** Takes back everything that was noted. */
export function takeBack(undo: Undo): void {
  for (let step = undo.pop(); step !== undefined; step = undo.pop()) step()
}

/** Sets one entry of a map so that it can be taken back. */
export function setIn<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, undo: Undo): void {
  const before = map.get(key)
  map.set(key, value)
  undo.push(before === undefined ? () => map.delete(key) : () => map.set(key, before))
}

/** Deletes one entry of a map so that it can be taken back. */
export function deleteIn<Key, Value>(map: Map<Key, Value>, key: Key, undo: Undo): void {
  const before = map.get(key)
  if (before === undefined) return
  map.delete(key)
  undo.push(() => map.set(key, before))
}

/** The value of a key, made on first use. An empty one that a conflict leaves behind means nothing. */
export function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
