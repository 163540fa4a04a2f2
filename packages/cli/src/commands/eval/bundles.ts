import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Replay } from '@mendkit/eval'
import type { Command } from '../../run/command.ts'
import { UsageError } from '../../run/usage-error.ts'
import { reading, storeOptions } from '../../store/session.ts'
import { shown } from '../../terminal/safe-text.ts'
import { textOf } from '../audit/kept-files.ts'
import { modelSays, openModel } from './open-model.ts'

/** `mendkit eval export` */
export const evalExport: Command = {
  name: 'eval export',
  summary:
    'Prints an incident as a bundle: its alerts, the evidence, model turns and decisions of its newest diagnosis, as they are stored, redacted. Writes nothing.',
  takes: ['incident'],
  options: storeOptions,
  examples: ['mendkit eval export inc_… --db mendkit.db > incident.json'],
  run: (call) =>
    reading(call, async ({ mendkit, store, by, ctx }) => {
      const { exportBundle } = await import('@mendkit/eval')
      const bundle = await exportBundle({ mendkit, store, tenant: by.tenant, context: ctx }, call.args.positional(0))
      return { json: bundle, text: () => JSON.stringify(bundle, null, 2) }
    }),
}

/** `mendkit eval replay` */
export const evalReplay: Command = {
  name: 'eval replay',
  summary:
    'Explains the incidents of bundles again, offline, by the rules and the recorded turns of the model, or by another model. Exits with 3 when a decision differs from what was decided then.',
  takes: ['bundle or folder'],
  options: { model: { type: 'string', value: 'spec', says: modelSays } },
  examples: ['mendkit eval replay incident.json', 'mendkit eval replay ./bundles --model openai:… --json'],
  async run({ args, io }) {
    const { parseBundle, replayBundle } = await import('@mendkit/eval')
    const spec = args.text('model')
    const model = spec === undefined ? undefined : await openModel(spec, io)
    const replays: Replay[] = []
    for (const path of filesOf(args.positional(0))) {
      const bundle = parseBundle(textOf(path), path)
      replays.push(await replayBundle(bundle, { ...(model !== undefined && { model }), signal: io.signal }))
    }
    return { json: replays, text: () => replays.map(replayText).join('\n'), differs: replays.some(({ same }) => !same) }
  },
}

function filesOf(path: string): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path]
  const files = readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .sort()
  if (files.length === 0) throw new UsageError(`${path} holds no bundle`)
  return files.map((name) => join(path, name))
}

function replayText({ incident, same, hash, differences, ms }: Replay): string {
  const head = `${same ? 'same' : 'differs'}  ${incident}  ${hash.slice(0, 16)}  ${ms} ms`
  return [head, ...differences.map(({ is, what, which }) => `  ${is} ${what} ${which}`)].map(shown).join('\n')
}
