import { parseArgs } from 'node:util'

/** How the demo was asked to play. */
export interface DemoOptions {
  /** Approve without asking. */
  readonly yes: boolean
  /** Approve, play fast, tell nothing, and print one object as the last line. */
  readonly json: boolean
  /** Leave the database, the log and the draft of a postmortem behind. */
  readonly keep: boolean
  readonly help: boolean
}

/** Runs the demo on a machine that has only Node and npm. */
export const command = 'npx --yes pnpm@12.21.0 demo'

export const helpText = `Plays a bad rollout amid a storm of alerts on a simulated cluster, and shows how the real engine finds, fixes and
verifies it; then a yes that came too late, and a fix that makes things worse and is undone. Needs no cluster, key, database server or network.

  ${command}            asks before anything is changed: Enter approves, n rejects
  ${command} --yes      approves by itself
  ${command} --json     approves by itself, plays fast, and prints one JSON object as its last line
  ${command} --keep     leaves the SQLite file, the engine's log and the draft of a postmortem behind
  ${command} --help     this text

NO_COLOR=1 turns colours off. Ctrl-C ends it at any time.`

/** Reads the command line. Throws with a sentence for people when it cannot be understood. */
export function readOptions(args: readonly string[]): DemoOptions {
  const flag = { type: 'boolean', default: false } as const
  const options = { yes: { ...flag, short: 'y' }, json: flag, keep: flag, help: { ...flag, short: 'h' } } as const
  // Package managers pass a lone `--` on.
  const given = args.filter((arg) => arg !== '--')
  try {
    return parseArgs({ args: given, options }).values
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\n${helpText}`, { cause: error })
  }
}
