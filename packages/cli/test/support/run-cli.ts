import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { runCommand } from 'mendkit'
import { expect } from 'vitest'

/** How a run of the command ended. */
export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly error: string
}

/** Where a process of the command is started, and with which variables of the environment. */
export interface Place {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
}

export const launcher = fileURLToPath(new URL('../../bin/mendkit.js', import.meta.url))

/** Runs the launcher in a process of its own, on the sources: slow, and for what only a process can show. */
export function mendkitProcess(...args: readonly string[]): Promise<Ran> {
  return mendkitIn({}, ...args)
}

/** The same, somewhere. */
export function mendkitIn(place: Place, ...args: readonly string[]): Promise<Ran> {
  return launch(place, ['--conditions=mendkit-source'], launcher, ...args)
}

/** What a command that succeeds prints with `--json`. */
export async function mendkitJson(...args: readonly string[]): Promise<unknown> {
  const { code, out, error } = await mendkit(...args, '--json')
  expect([code, error]).toEqual([0, ''])
  return JSON.parse(out)
}

/** Runs a file by Node with these arguments of Node's own. */
export async function launch(
  { env = {}, cwd }: Place,
  node: readonly string[],
  file: string,
  ...args: readonly string[]
): Promise<Ran> {
  const unset = { MENDKIT_DB: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined, NODE_OPTIONS: undefined }
  const child = spawn(process.execPath, [...node, file, ...args], {
    env: { ...process.env, ...unset, ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, error] = [text(child.stdout), text(child.stderr)]
  await once(child, 'close')
  return { code: child.exitCode, out: await out, error: await error }
}

/** Runs the command in the process of the test, which takes no time to start. */
export function mendkit(...argv: readonly string[]): Promise<Ran> {
  return mendkitWith({}, ...argv)
}

/** The same, with variables of the environment. */
export async function mendkitWith(env: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Ran> {
  const [out, error]: [string[], string[]] = [[], []]
  const code = await runCommand(argv, {
    out: (text) => void out.push(text),
    written: async () => undefined,
    error: (text) => void error.push(text),
    env,
    columns: 80,
    colours: false,
    now: () => Date.now(),
    signal: new AbortController().signal,
  })
  return { code, out: out.join(''), error: error.join('') }
}
