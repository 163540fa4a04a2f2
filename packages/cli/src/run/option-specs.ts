/** One option of a command. */
interface OptionSpec {
  readonly type: 'string' | 'boolean'
  readonly multiple?: true
  /** What stands for its value in the help. */
  readonly value?: string
  readonly says: string
}

/** Options by name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>
