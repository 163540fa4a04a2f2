import { parseArgs } from 'node:util'
import type { OptionSpecs } from './option-specs.ts'
import { UsageError } from './usage-error.ts'

/** The values that a command was given. Names that the command does not declare throw. */
export interface Args {
  /** What stands at this place after the command's words. */
  positional(index: number): string
  text(name: string): string | undefined
  /** A text that must be given; `why` completes the sentence that says so. */
  required(name: string, why: string): string
  texts(name: string): readonly string[]
  /** Texts given by repeating the option or with commas between them, none of them empty. */
  names(name: string): readonly string[]
  flag(name: string): boolean
  /** Every option as it was given, for a command that names itself again. */
  given(): Readonly<Record<string, readonly (string | true)[]>>
}

/** Options that every command has. */
export const everywhere = {
  json: { type: 'boolean', says: 'one JSON value on standard output; errors as JSON on standard error' },
  help: { type: 'boolean', says: 'this text' },
} as const satisfies OptionSpecs

/** What a command says that it takes. */
interface Shape {
  readonly name: string
  readonly takes?: readonly string[]
  readonly options: OptionSpecs
}

/** Reads what stands after a command's words. Throws `UsageError`. */
export function readArgs({ name, takes = [], options }: Shape, given: readonly string[]): Args {
  const specs: OptionSpecs = { ...options, ...everywhere }
  const { values, positionals } = parsed(specs, given)
  const asksForHelp = values['help'] === true
  if (!asksForHelp && positionals.length !== takes.length) {
    const wanted = takes.length === 0 ? 'nothing' : takes.map((one) => `<${one}>`).join(' ')
    throw new UsageError(
      `mendkit ${name} takes ${wanted} beside its options, and got ${positionals.length} ${positionals.length === 1 ? 'word' : 'words'}`,
    )
  }
  const empty = takes[positionals.findIndex((word) => word.trim() === '')]
  if (!asksForHelp && empty !== undefined) throw new UsageError(`mendkit ${name}: <${empty}> is empty`)

  const valueAt = (option: string) => {
    if (!Object.hasOwn(specs, option)) throw new Error(`mendkit ${name} does not declare --${option}`)
    return values[option]
  }
  const texts = (option: string) => {
    const value = valueAt(option)
    const all = Array.isArray(value) ? value : [value]
    return all.filter((one) => typeof one === 'string')
  }
  const text = (option: string) => {
    const [first] = texts(option)
    if (first === '') throw new UsageError(`--${option} is empty`)
    return first
  }
  return {
    positional: (index) => positionals[index] ?? '',
    text,
    texts,
    required(option, why) {
      const value = text(option)
      if (value === undefined || value.trim() === '') throw new UsageError(`--${option} is needed: ${why}`)
      return value
    },
    names(option) {
      const all = texts(option).flatMap((each) => each.split(',').map((name) => name.trim()))
      // What a script left empty must not become what an absent option means.
      if (all.includes(''))
        throw new UsageError(`--${option} holds an empty name: ${JSON.stringify(texts(option).join())}`)
      return all
    },
    flag: (option) => valueAt(option) === true,
    given: () =>
      Object.fromEntries(
        Object.keys(values).map((option) => [option, values[option] === true ? [true] : texts(option)] as const),
      ),
  }
}

function parsed(specs: OptionSpecs, args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  )
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true })
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) throw new UsageError(wrongWords(error.message))
    throw error
  }
}

/** What Node says about a value like `-1m` speaks of an ambiguity that nobody had in mind. */
function wrongWords(said: string): string {
  const [, option] = /^Option '(?:-\w, )?(--[\w-]+).*' argument is ambiguous/.exec(said) ?? []
  if (option === undefined) return said
  return `${option} needs a value, and what follows it begins with a dash: write ${option}=<value> if that is the value`
}
