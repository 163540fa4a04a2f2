import type { Screen } from '../terminal/screen.ts'
import type { Args } from './args.ts'
import type { CommandIo } from './io.ts'
import type { OptionSpecs } from './option-specs.ts'

/** What a command is called with. */
export interface Call {
  readonly io: CommandIo
  readonly args: Args
}

/** What a command answers: data for `--json`, words for people. */
export interface Answer {
  readonly json: unknown
  readonly text: (screen: Screen) => string
  /** The question was answered, and the answer is bad: exit code 1. */
  readonly failed?: boolean
  /** What was compared differs, or a valid log is not anchored or not certified: exit code 3. */
  readonly differs?: boolean
}

/** What a command answers that has written its lines itself, as they came. */
interface Streamed {
  readonly streamed: true
  /** As `failed` of an `Answer`. */
  readonly failed?: boolean
}

/** One command. */
export interface Command {
  /** Its words, such as `incidents show`. */
  readonly name: string
  readonly summary: string
  /** What it takes after its words, all of it required. */
  readonly takes?: readonly string[]
  /** Options beside `--json` and `--help`. */
  readonly options: OptionSpecs
  readonly examples: readonly string[]
  /** Exit code when the question could not be answered. @default 1 */
  readonly exitUnanswered?: 2
  run(call: Call): Promise<Answer | Streamed>
}
