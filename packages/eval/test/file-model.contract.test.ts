import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LanguageModel, ModelRequest } from '@mendkit/core'
import {
  holdsTo,
  type LanguageModelSubject,
  languageModelContract,
  type ModelSituation,
  type ReceivedModelRequest,
  type ServedModel,
} from '@mendkit/testkit'
import { test } from 'vitest'
import { fileModel } from '../src/index.ts'

type Played = Extract<ModelSituation, { kind: 'reply' }>['reply']

/** The reply file of a played reply. */
function replyOf({ answer, usage }: Played): object {
  const text = answer.pieces.join('')
  const counted = usage && {
    inputTokens: usage.input,
    cachedInputTokens: usage.cached,
    outputTokens: usage.output,
    thinkingTokens: usage.thinking,
  }
  return { version: 1, content: contentOf(answer, text), ...(counted && { usage: counted }) }
}

function contentOf(answer: Played['answer'], text: string): object {
  if (answer.kind === 'text' || answer.kind === 'refusal') return { kind: answer.kind, text }
  if (answer.kind === 'object') {
    const object = objectOf(text)
    return object === undefined ? { kind: 'text', text } : { kind: 'object', object }
  }
  const calls = answer.calls.map(({ id, name, input }) => ({ id, name, input: objectOf(input || '{}') }))
  return { kind: 'tool-calls', calls, text }
}

function objectOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A folder, and somebody who answers what is asked in it. */
function serve(situation: ModelSituation, open: (() => void)[]): ServedModel {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-file-model-'))
  const came = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  const received: { readonly model: string; readonly request: ModelRequest }[] = []
  const seen = new Set<string>()
  const model: LanguageModel = fileModel({ folder, everyMs: 1 })
  const look = setInterval(() => {
    for (const file of readdirSync(folder).filter((each) => each.endsWith('.request.json'))) {
      if (seen.has(file)) continue
      seen.add(file)
      received.push({ model: model.model, request: JSON.parse(readFileSync(join(folder, file), 'utf8')).request })
      came.resolve()
      if (situation.kind !== 'reply') continue
      const reply = join(folder, file.replace('.request.', '.reply.'))
      writeFileSync(`${reply}.draft`, JSON.stringify(replyOf(situation.reply)))
      renameSync(`${reply}.draft`, reply)
    }
  }, 1)
  open.push(() => {
    clearInterval(look)
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    model: { ...model, generate: (request, ctx) => model.generate(request, ctx).finally(left.resolve) },
    received: () => received.map(understood),
    requests: () => received.length,
    proceed: () => undefined,
    arrived: () => came.promise,
    hungUp: () => left.promise,
  }
}

function understood({ model, request }: { readonly model: string; readonly request: ModelRequest }) {
  const { instructions, messages, tools, toolChoice, maxOutputTokens, output } = request
  const turns = messages.map((turn) => {
    // Whatever was written of a continuation is shown, so that none of it goes unseen.
    if (turn.role !== 'assistant') return turn
    return { ...turn, sealed: turn.continuation === undefined ? [] : [JSON.stringify(turn.continuation)] }
  })
  return {
    model,
    instructions,
    turns,
    tools,
    toolChoice,
    maxOutputTokens,
    ...(output && { outputSchema: output.schema }),
  } satisfies ReceivedModelRequest
}

async function subject(): Promise<LanguageModelSubject & AsyncDisposable> {
  const open: (() => void)[] = []
  return {
    serve: async (situation) => serve(situation, open),
    async [Symbol.asyncDispose]() {
      for (const close of open) close()
    },
  }
}

const whole = 'a reply file is there as a whole or not at all'
holdsTo(test, 'fileModel', languageModelContract, subject, {
  'names the request as the provider does': 'who answers files gives requests no names of its own',
  'says when text, an object or the input of a tool was cut at the limit, and gives what there is': whole,
  'keeps two calls at the same time apart': 'the same request is asked once: a file has its digest as its name',
  'tells text as it comes in, while the rest is not there yet': whole,
  'names tools as they are called, after what was said before': whole,
  'tells thinking apart from text': whole,
  'fails with what a listener throws, and hangs up': whole,
  'rejects with the abort reason itself, and hangs up, within a reply': whole,
  'gives back what it must not lose between turns, unchanged and in its place': 'a reply file has no sealed thinking',
  'throws unsupported, and sends nothing, for tools and schemas that it says it does not have':
    'it has both: whoever reads a file can follow a schema',
})
