/** Puts things into groups: whatever was tied, directly or through others, is in one group. */
export interface Groups {
  tie(a: string, b: string): void
  /** The name of the group that holds this one, the same for all that are in it. */
  groupOf(name: string): string
}

/** No groups yet: everything is alone. */
export function createGroups(): Groups {
  const above = new Map<string, string>()

  function groupOf(name: string): string {
    let top = name
    for (let next = above.get(top); next !== undefined; next = above.get(top)) top = next
    for (let at = name; at !== top; ) {
      const next = above.get(at) ?? top
      above.set(at, top)
      at = next
    }
    return top
  }

  return {
    groupOf,
    tie(a, b) {
      const [top, other] = [groupOf(a), groupOf(b)]
      // The smaller name stays on top, so that the result does not depend on the order of ties.
      if (top < other) above.set(other, top)
      else if (other < top) above.set(top, other)
    },
  }
}
