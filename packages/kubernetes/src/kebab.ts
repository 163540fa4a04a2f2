/** A word of Kubernetes as part of a fact's name: `MemoryPressure` is `memory-pressure`. */
export function kebab(word: string): string {
  return word.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase()
}
