import { z } from 'zod'
import type { JsonObject } from '../../model/json.ts'
import type { ModelReply } from '../../model/model-call.ts'
import { once } from '../../once.ts'
import { issuePath } from '../../stored/issue-path.ts'
import { isObject } from './json-at.ts'

/** An answer as a model writes it; nothing in it is checked beyond its form. */
export interface ModelAnswerDraft {
  readonly unresolved: boolean
  readonly hypotheses: readonly HypothesisWords[]
  readonly actions: readonly ActionWords[]
  readonly unknowns: readonly string[]
}

/** A hypothesis as a model writes it. */
export interface HypothesisWords {
  readonly cause: string
  readonly entity: string | null
  readonly summary: string
  readonly mechanism: string
  readonly disproof: string
  readonly citations: readonly string[]
  readonly confidence: number
}

/** An action as a model writes it. */
export interface ActionWords {
  readonly type: string
  readonly target?: string | undefined
  readonly params: string
  readonly citations: readonly string[]
}

/** An answer, or what is wrong with its form. */
export type ParsedAnswer = { readonly answer: ModelAnswerDraft } | { readonly problem: string }

const mostText = 4_000
const mostCitations = 50

const schema = once<z.ZodType<ModelAnswerDraft>>(() => {
  // A model that writes too much is cut, not refused: only people read these words.
  const words = z.string().transform((text) => text.slice(0, mostText).toWellFormed())
  const citations = z.array(z.string().max(40)).max(mostCitations)
  const hypothesis = z.object({
    cause: z.string().max(200),
    entity: z.string().max(40).nullable(),
    summary: words,
    mechanism: words,
    disproof: words,
    citations,
    confidence: z.number(),
  })
  const action = z.object({
    type: z.string().max(200),
    target: z.string().max(40).optional(),
    params: z.string().max(20_000),
    citations,
  })
  return z.object({
    unresolved: z.boolean(),
    hypotheses: z.array(hypothesis).max(5),
    actions: z.array(action).max(5).default([]),
    unknowns: z.array(words).max(20),
  })
})

/** Reads the form of an answer. Text counts when it is nothing but the object that was asked for. */
export function parseAnswer({ content, finish }: ModelReply): ParsedAnswer {
  const object =
    content.kind === 'object' ? content.object : content.kind === 'text' ? objectIn(content.text) : undefined
  if (object === undefined) {
    const cut = finish === 'length' ? '; it was cut, so be shorter' : ''
    return { problem: `the answer must be one JSON object of the given form, and nothing else${cut}` }
  }
  const parsed = schema().safeParse(object)
  if (parsed.success) return { answer: parsed.data }
  const [issue] = parsed.error.issues
  return { problem: `${issuePath(issue?.path ?? [])}: ${issue?.message ?? 'is not valid'}` }
}

function objectIn(text: string): JsonObject | undefined {
  const [, fenced] = /^```(?:json)?\n([\s\S]*)\n```$/.exec(text.trim()) ?? []
  try {
    const value: unknown = JSON.parse(fenced ?? text)
    return isObject(value as never) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}
