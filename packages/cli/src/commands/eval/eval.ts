import type { EvalSummary, MakeAnalyzers, ScenarioResult } from '@mendkit/eval'
import type { Args } from '../../run/args.ts'
import type { Call, Command } from '../../run/command.ts'
import { UsageError } from '../../run/usage-error.ts'
import { shown, shownInJson } from '../../terminal/safe-text.ts'
import { screenOf } from '../../terminal/screen.ts'
import { resultText, summaryText } from './eval-text.ts'
import { modelSays, openModel } from './open-model.ts'

/** `mendkit eval` */
export const evalCommand: Command = {
  name: 'eval',
  summary:
    'Plays scenarios through the real engine and says how well rules, a model, or the rules and then the model explain them: root entity and cause against what is known to be right. Needs no database and no cluster. With --json an object a scenario, then a summary. Exits with 0 when all were played, whatever they came to.',
  options: {
    rules: { type: 'boolean', says: 'the rules of the integrations explain; with --model they are asked first' },
    model: { type: 'string', value: 'spec', says: modelSays },
    scenarios: {
      type: 'string',
      value: 'folder',
      says: 'scenarios of your own [default: those that come with mendkit]',
    },
    only: { type: 'string', value: 'ids', says: 'ids of scenarios, with commas between them', multiple: true },
    seed: { type: 'string', value: 'number', says: 'names are replaced by made-up ones; 0 leaves them [default: 1]' },
  },
  examples: [
    'mendkit eval --rules',
    'mendkit eval --rules --scenarios ./incidents --json',
    'mendkit eval --model file:./bridge --only feature-flag',
  ],
  async run(call) {
    const { args, io } = call
    const analyzers = await analyzersOf(call)
    const { evaluate, loadScenarios, ownScenarios, summarise } = await import('@mendkit/eval')
    const { scenarios, left } = loadScenarios(args.text('scenarios') ?? ownScenarios(), { seed: seedOf(args) })
    for (const { id, because } of left) io.error(`${shown(`left out: ${id}: ${because}`)}\n`)
    const results: ScenarioResult[] = []
    for await (const result of evaluate(chosen(scenarios, args.names('only')), { analyzers, signal: io.signal })) {
      results.push(result)
      await print(call, result, resultText(result))
    }
    const summary = summarise(results)
    await print(call, summary, summaryText(summary, screenOf(io)))
    return { streamed: true }
  },
}

async function analyzersOf({ args, io }: Call): Promise<MakeAnalyzers> {
  const spec = args.text('model')
  const { modelOnly, rulesOnly, rulesThenModel } = await import('@mendkit/eval')
  if (spec !== undefined) {
    const model = await openModel(spec, io)
    return args.flag('rules') ? rulesThenModel(model) : modelOnly(model)
  }
  if (args.flag('rules')) return rulesOnly
  throw new UsageError('say who is to explain: --rules, --model <spec>, or both')
}

function chosen<Item extends { readonly id: string }>(all: readonly Item[], ids: readonly string[]): readonly Item[] {
  const missing = ids.find((id) => !all.some((each) => each.id === id))
  if (missing !== undefined) throw new UsageError(`--only: there is no scenario ${missing}`)
  return ids.length === 0 ? all : all.filter(({ id }) => ids.includes(id))
}

async function print({ args, io }: Call, json: ScenarioResult | EvalSummary, text: string): Promise<void> {
  io.out(`${args.flag('json') ? shownInJson(JSON.stringify(json)) : text}\n`)
  await io.written()
}

function seedOf(args: Args): number {
  const given = args.text('seed') ?? '1'
  if (/^\d{1,9}$/.test(given)) return Number(given)
  throw new UsageError(`--seed must be a whole number from 0 on, not ${given}`)
}
