import type { ModelRequest } from '@mendkit/core'

/** What a model can see of the evidence, as a program finds it in the words that it was sent. */
export interface SeenByModel {
  /** How a fact of this name is cited; the first when there are several. */
  fact(name: string): string
  /** The value of it, as written. */
  valueOf(name: string): string
  /** The handle of an object, such as `Deployment shop/checkout`. */
  handle(object: string): string
  /** All that was sent. */
  readonly text: string
}

/** Reads a request as a model would. */
export function readQuestion({ messages }: ModelRequest): SeenByModel {
  const text = messages
    .flatMap((each) => (each.role === 'tool' ? each.results.map((result) => result.text) : [each.text]))
    .join('\n')
  const facts = new Map<string, { readonly citation: string; readonly value: string }>()
  let item = ''
  for (const line of text.split('\n')) {
    item = /^(e\d+) /.exec(line)?.[1] ?? item
    const [, index, name, value] = /^(f\d+)[f\d,]* \w+ (\S+?)=("(?:[^"\\]|\\.)*"|\S+)/.exec(line) ?? []
    if (index === undefined || name === undefined || value === undefined || facts.has(name)) continue
    facts.set(name, { citation: `${item}.${index}`, value })
  }
  const known = (name: string) => {
    const fact = facts.get(name)
    if (fact === undefined) throw new Error(`the model was shown no fact ${name} in:\n${text}`)
    return fact
  }
  return {
    text,
    fact: (name) => known(name).citation,
    valueOf: (name) => String(JSON.parse(known(name).value)),
    handle(object) {
      const [, handle] =
        text.split('\n').flatMap((line) => {
          const found = /^(t\d+) (.+)$/.exec(line)
          return found?.[2] === object ? [found] : []
        })[0] ?? []
      if (handle === undefined) throw new Error(`the model was given no handle of ${object} in:\n${text}`)
      return handle
    },
  }
}
