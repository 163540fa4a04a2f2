import { type Evidence, type Investigation, type ModelRequest, modelAnalyzer, redact } from '@mendkit/core'
import { callContext, investigationOf, scriptedModel } from '@mendkit/testkit'
import { crashEvidence } from '../ai/crash-evidence.ts'
import { recordedOutputs } from '../ai/recorded-outputs.ts'
import { askAboutScenarios } from '../ai/scenario-tokens.ts'
import { comparedRow, type Effort, median, quantile, type Row, statedRow } from '../row.ts'

const whole = 'the same outputs sent whole at every step'
/** Characters of terse technical text to a token, the same on both sides. */
const charactersPerToken = 3.5
const perRound = 200

/** What a diagnosis by a model costs beside the model: our own time, and what the model has to read. */
export async function* aiDiagnosis({ rounds, smoke }: Effort): AsyncIterable<Row> {
  const crash = await crashEvidence()
  const times: (readonly number[])[] = []
  for (let round = 0; round <= rounds; round += 1) times.push(await timesOf(crash, smoke ? 3 : perRound))
  // The first round compiles the code.
  const measured = times.slice(1)
  const quantiles = (share: number) => measured.map((each) => quantile(each, share))
  yield statedRow('a diagnosis by a model, our own time, p50', 'ms', quantiles(0.5))
  yield statedRow('a diagnosis by a model, our own time, p99', 'ms', quantiles(0.99))
  const read = await tokensRead(crash)
  yield statedRow('input tokens of a diagnosis in one call, 20 crashing pods', 'tokens', [read], { atMost: 6_000 })
  yield* scenarioRows(smoke)
  yield await recordedRow(smoke)
}

async function* scenarioRows(smoke: boolean): AsyncIterable<Row> {
  const asked = await askAboutScenarios(smoke ? 3 : undefined)
  const ours = median(asked.map(({ model }) => sum(model.requests.map(tokensOf))))
  const theirs = median(asked.map(({ model, outputs }) => sentWhole(outputs, tokensBesideEvidence(model.requests))))
  const name = 'input tokens of an incident that takes one call, our scenarios, median'
  yield statedRow(name, 'tokens', [ours], { atMost: 6_000 })
  yield comparedRow(`${name}, beside whole outputs`, 'tokens', [ours], { name: whole, values: [theirs] }, 5)
}

async function recordedRow(smoke: boolean): Promise<Row> {
  const name = 'input tokens of a diagnosis in one call, recorded outputs, median'
  const recorded = recordedOutputs().slice(0, smoke ? 3 : undefined)
  if (recorded.length === 0) {
    return comparedRow(name, 'tokens', [Number.NaN], { name: whole, absent: 'no recorded outputs here' }, 5)
  }
  const ours = await Promise.all(recorded.map((outputs) => tokensRead(investigationInto(outputs))))
  const instructions = await tokensRead(investigationInto([]))
  const theirs = recorded.map((outputs) => sentWhole(outputs, instructions))
  return comparedRow(name, 'tokens', [median(ours)], { name: whole, values: [median(theirs)] }, 5)
}

/** Milliseconds of diagnoses with a model that answers at once. */
async function timesOf(investigation: Investigation, count: number): Promise<readonly number[]> {
  const analyzer = modelAnalyzer({ model: scriptedModel(unresolved) })
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    const begin = performance.now()
    await analyzer.analyze(investigation, callContext())
    times.push(performance.now() - begin)
  }
  return times
}

/** Tokens of everything that the model was sent, by length. */
async function tokensRead(investigation: Investigation): Promise<number> {
  const model = scriptedModel(unresolved)
  await modelAnalyzer({ model }).analyze(investigation, callContext())
  return sum(model.requests.map(tokensOf))
}

/** Instructions, symptoms, tools, actions and the form of the answer: the first request without its section of evidence. */
function tokensBesideEvidence([first]: readonly ModelRequest[]): number {
  if (first === undefined) return 0
  const [question] = first.messages
  const text = question?.role === 'user' ? question.text : ''
  const evidence = /^## Evidence$([\s\S]*?)(?:^## |(?![\s\S]))/m.exec(text)?.[1] ?? ''
  return tokensOf(first) - Math.ceil(evidence.length / charactersPerToken)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0)
}

function tokensOf({ instructions, messages, tools, output }: ModelRequest): number {
  return Math.ceil((instructions.length + JSON.stringify([messages, tools, output]).length) / charactersPerToken)
}

/**
 * What an agent reads that keeps all outputs in its conversation, told the same by way of instructions: at every step all those
 * before, and once more to answer.
 */
function sentWhole(outputs: readonly string[], instructions: number): number {
  let before = 0
  let read = 0
  for (const output of ['', ...outputs]) {
    before += output.length / charactersPerToken
    read += before + instructions
  }
  return Math.ceil(read)
}

function investigationInto(outputs: readonly string[]): Investigation {
  const evidence = outputs.map((_, index): Evidence => {
    const row = { tenant: 't', id: `evi_${index}`, incidentId: 'inc_1', collectedAt: 0, warnings: 0, revision: 0 }
    return { ...row, tool: 'recorded', input: { index }, facts: [] }
  })
  const texts = Object.fromEntries(outputs.map((output, index) => [`evi_${index}`, redact(output)]))
  return investigationOf({ evidence, texts })
}

function unresolved() {
  return { kind: 'object', object: { unresolved: true, hypotheses: [], unknowns: [] } } as const
}
