import { readOptions } from '../../define/read-options.ts'
import { MendkitError } from '../../errors.ts'
import type { Analysis } from '../../ports/analysis.ts'
import type { Analyzer } from '../../ports/analyzer.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Investigation } from '../../ports/investigation.ts'
import { errorText, message } from '../../redact/message.ts'
import { boardOf } from './board.ts'
import { conclude } from './conclude.ts'
import { converse, type Talk } from './converse.ts'
import { offeredTools } from './offered-tools.ts'
import { type ModelAnalyzerOptions, type ModelAnalyzerSettings, optionsShape, settingsOf } from './options.ts'
import { packEvidence } from './pack-evidence.ts'
import { type Material, questionOf } from './question.ts'
import { suspiciousIn } from './suspicious.ts'
import { toolDesk } from './tool-desk.ts'

/**
 * Explains incidents by a language model that is held to the evidence: it names objects by handles, cites facts, and proposes
 * actions of the catalogue with parameters that their schema takes; code checks each of these, asks once for a better answer, and
 * else keeps what holds and hands over. Put it after `ruleAnalyzer`, so that it is asked only for what no rule explains.
 *
 * A model that fails or refuses, and a budget that is spent, end in an answer without a hypothesis that says why, so that the next
 * analyzer is asked. An abort comes through. Throws `config` at once for wrong options.
 */
export function modelAnalyzer(options: ModelAnalyzerOptions): Analyzer {
  readOptions('modelAnalyzer', optionsShape(), options)
  const settings = settingsOf(options)
  if (!settings.model.capabilities.structuredOutput) {
    const what = message`modelAnalyzer: ${settings.model.id} cannot be held to a schema`
    throw new MendkitError('config', `${what}; wrap it in describedInText`, { path: 'model' })
  }
  return { spec: 1, id: settings.id, analyze: (investigation, ctx) => analyze(settings, investigation, ctx) }
}

async function analyze(
  settings: ModelAnalyzerSettings,
  investigation: Investigation,
  ctx: CallContext,
): Promise<Analysis> {
  ctx.signal.throwIfAborted()
  const board = boardOf(investigation)
  const chosen = investigation.tools.filter(({ name }) => settings.tools?.includes(name) ?? true)
  const desk = toolDesk(investigation, board, offeredTools(chosen))
  const talk: Talk = { ...settings, investigation, board, desk, ctx }
  const table = board.table()
  const packed = packEvidence(investigation, table, settings.evidenceTokens)
  board.shown(board.items.all(), packed)
  const precedents = await investigation.precedents()
  const analysis = await explain(talk, {
    evidence: packed.text,
    precedents,
    handles: board.handles,
    nonce: table.nonce,
  })
  const suspicious = suspiciousIn(board.items.all())
  return suspicious.length === 0 ? analysis : { ...analysis, suspicious }
}

async function explain(talk: Talk, material: Material): Promise<Analysis> {
  const { model, investigation, ctx } = talk
  try {
    const ending = await converse(talk, questionOf(investigation, material))
    if (ending.kind === 'stopped') return withoutAnswer(ending.partial, 'a budget for models is spent')
    return await conclude(talk, ending, ending.partial ?? (hadNoRoom(talk) ? 'room' : undefined))
  } catch (error) {
    ctx.signal.throwIfAborted()
    const failure = message`model ${model.id} failed: ${errorText(error)}`
    ctx.log.warn(failure)
    return withoutAnswer('model-failed', failure)
  }
}

/** Whether something was neither shown nor could be asked for. */
function hadNoRoom({ model, maxTurns, board }: Talk): boolean {
  const couldAsk = model.capabilities.tools && maxTurns > 1
  return board.isFull() || (!couldAsk && board.leftOut().length > 0)
}

function withoutAnswer(partial: NonNullable<Analysis['partial']>, because: string): Analysis {
  return { hypotheses: [], actions: [], partial, unknowns: [because] }
}
