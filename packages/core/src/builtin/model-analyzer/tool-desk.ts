import { MendkitError } from '../../errors.ts'
import type { Evidence } from '../../model/evidence.ts'
import type { Json, JsonObject } from '../../model/json.ts'
import type { ModelTool, ModelToolCall, ModelToolResult } from '../../model/model-call.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { CallContext } from '../../ports/context.ts'
import type { EvidenceRequest } from '../../ports/evidence-source.ts'
import type { Investigation } from '../../ports/investigation.ts'
import { message } from '../../redact/message.ts'
import type { Board } from './board.ts'
import type { Item } from './items.ts'
import { lendersOf, modelTool, type OfferedTool, requestFor, requestKey, takes } from './offered-tools.ts'
import { packItem } from './pack-evidence.ts'
import { readRest, restTool } from './read-rest.ts'
import { shownValue } from './shown-text.ts'

/** Calls of one reply that are answered; the others are told to come later. */
const mostCalls = 4
/** Tokens of one reading. */
const readingTokens = 1_200

/** Answers what a model wants to read. */
export interface ToolDesk {
  /** What may be called now: only tools for which there is an object, or a choice, that was not read yet. */
  offered(): readonly ModelTool[]
  /** One result for every call. Lets an abort through. */
  answer(calls: readonly ModelToolCall[], ctx: CallContext): Promise<readonly ModelToolResult[]>
}

/** A desk at which every question is answered once. */
export function toolDesk(investigation: Investigation, board: Board, tools: readonly OfferedTool[]): ToolDesk {
  const asked = new Set<string>()
  const known = (request: EvidenceRequest): Item | undefined =>
    board.items.all().find(({ evidence: { tool, input } }) => requestKey({ tool, input }) === requestKey(request))
  const open = (tool: OfferedTool) => isOpen(tool, board, known)

  async function one(call: ModelToolCall, ctx: CallContext): Promise<{ text: Redacted; failed: boolean }> {
    if (call.input === undefined) return refused(message`the input of ${call.name} must be a JSON object`)
    const key = `${call.name} ${requestKey({ tool: call.name, input: call.input })}`
    if (asked.has(key)) return refused(message`the same call was made before; its answer has not changed`)
    asked.add(key)
    if (call.name === restTool.name) return readRest(call.input, investigation, board)
    const tool = tools.find(({ name }) => name === call.name)
    if (tool === undefined) return refused(message`there is no tool ${shownValue(call.name, 64)}`)
    const request = understand(tool, call.input, board)
    if (typeof request === 'string') return refused(request)
    const problems = (await tool.entry.problems?.(request.input)) ?? []
    if (problems.length > 0) return refused(message`the input of ${tool.name} is not valid: ${problems.join('; ')}`)
    const before = known(request)
    if (before !== undefined) return refused(message`this was read already: see ${before.id}`)
    return read(request, ctx)
  }

  async function read(request: EvidenceRequest, ctx: CallContext) {
    let kept: Evidence
    try {
      kept = await investigation.read(request)
    } catch (error) {
      ctx.signal.throwIfAborted()
      if (!MendkitError.is(error, 'rejected')) throw error
      board.noRoom()
      return refused(message`nothing more can be read for this incident: ${error.message}`)
    }
    // By its identity: the redactor may have changed the input that it is kept with.
    const item = board.items.all().find(({ evidence }) => evidence.id === kept.id)
    if (item === undefined) return refused(message`the reading was not kept`)
    const packed = packItem(item, investigation, board.table(), { tokens: readingTokens })
    board.shown([item], packed)
    return { text: packed.text, failed: false }
  }

  return {
    offered: () => [
      ...tools.filter(open).map((tool) => modelTool(tool, board.items)),
      ...(board.leftOut().length > 0 ? [restTool] : []),
    ],
    async answer(calls, ctx) {
      const results: ModelToolResult[] = []
      for (const [index, call] of calls.entries()) {
        const { id: callId, name } = call
        const result = index < mostCalls ? await one(call, ctx) : refused(message`at most ${mostCalls} calls at once`)
        results.push({ callId, name, ...result })
      }
      return results
    },
  }
}

function refused(text: Redacted): { text: Redacted; failed: boolean } {
  return { text, failed: true }
}

/** The call in a tool's own words, or what is wrong with it. */
function understand(tool: OfferedTool, input: JsonObject, { handles, items }: Board): EvidenceRequest | Redacted {
  const { target, ...chosen } = input
  const unknown = Object.keys(chosen).find(
    (field) => !Object.hasOwn(tool.ownFields, field) && !tool.borrowed.includes(field),
  )
  if (unknown !== undefined) return message`${tool.name} takes no ${shownValue(unknown, 64)}`
  const own: Record<string, Json> = { ...chosen }
  for (const field of tool.borrowed) {
    const lender = lendersOf(field, items).find(({ id }) => id === chosen[field])
    if (lender === undefined) return message`${field} must name a reading of which it is taken, such as e1`
    own[field] = lender.evidence.input[field] ?? null
  }
  if (tool.resourceFields.length === 0) return requestFor(tool, undefined, own)
  const named = typeof target === 'string' ? handles.find(target) : undefined
  if (named === undefined) return message`target must be one of the handles that were given, such as t1`
  const { resource } = named
  if (!takes(tool, resource)) return message`${tool.name} knows nothing of a ${resource.kind}`
  return requestFor(tool, resource, own)
}

/** Whether there is anything left to ask of a tool. */
function isOpen(
  tool: OfferedTool,
  { handles, items }: Board,
  known: (request: EvidenceRequest) => Item | undefined,
): boolean {
  if (tool.borrowed.some((field) => lendersOf(field, items).length === 0)) return false
  if (tool.resourceFields.length === 0) return true
  const hasChoices = tool.borrowed.length > 0 || Object.keys(tool.ownFields).length > 0
  return handles.given().some(({ resource }) => {
    return takes(tool, resource) && (hasChoices || known(requestFor(tool, resource, {})) === undefined)
  })
}
