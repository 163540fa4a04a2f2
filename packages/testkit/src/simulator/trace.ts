/** What happened, step by step: its hash always, its lines when they are wanted. */
export interface Trace {
  note(line: string): void
  /** 16 hex digits over all lines so far. */
  hash(): string
  /** The lines, oldest first; empty unless they are kept. */
  readonly lines: readonly string[]
}

/** An empty trace. Lines are kept only when somebody is to read them: a seed writes hundreds. */
export function createTrace({ keep = false }: { readonly keep?: boolean } = {}): Trace {
  const lines: string[] = []
  let first = 0x811c9dc5
  let second = 0x41c6ce57
  return {
    lines,
    note(line) {
      if (keep) lines.push(line)
      for (let index = 0; index < line.length; index += 1) {
        const unit = line.charCodeAt(index)
        first = Math.imul(first ^ unit, 0x01000193)
        second = Math.imul(second ^ unit, 0x5bd1e995) ^ (second >>> 13)
      }
      // The end of a line counts too.
      first = Math.imul(first ^ 10, 0x01000193)
      second = Math.imul(second ^ 10, 0x5bd1e995)
    },
    hash: () => hex(first) + hex(second),
  }
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}
