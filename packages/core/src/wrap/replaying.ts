import { MendkitError } from '../errors.ts'
import type { ModelReply, ModelRequest } from '../model/model-call.ts'
import type { LanguageModel, ModelCallContext } from '../ports/language-model.ts'
import type { RecordedModelCall } from './model-record.ts'
import { comparable, firstDifference, requestDigest } from './same-request.ts'

interface Kept {
  readonly call: RecordedModelCall
  readonly digest: string
}

/**
 * A model that answers what was recorded, and asks nobody. A request gets the first call of the record that nobody had yet and that is
 * the same but for what is another in every run: nonces and the ids of calls. What was not recorded is `not-found`, and the
 * message says in which part it differs from what would have been the next. Throws `config` for a record of no calls or of several models.
 */
export function replaying(record: readonly RecordedModelCall[]): LanguageModel {
  const [first] = record
  if (first === undefined) throw new MendkitError('config', 'replaying: the record has no calls', { path: 'record' })
  const { model } = first
  const foreign = record.findIndex((call) => call.model.id !== model.id)
  if (foreign >= 0)
    throw new MendkitError('config', 'replaying: the record is of several models; replay each by itself', {
      path: `record.${foreign}.model.id`,
    })
  const left: Kept[] = record.map((call) => ({ call, digest: requestDigest(call.request) }))

  return {
    spec: 1,
    ...model,
    async generate(request, ctx) {
      ctx.signal.throwIfAborted()
      const digest = requestDigest(request)
      const index = left.findIndex((kept) => kept.digest === digest)
      const [kept] = index < 0 ? [] : left.splice(index, 1)
      if (kept === undefined) throw missing(model.id, request, left[0]?.call)
      const { outcome } = kept.call
      if (outcome.kind === 'replied') return told(structuredClone(outcome.reply), ctx)
      const { code, message, ...facts } = outcome.error
      throw new MendkitError(code, message, facts)
    },
  }
}

function missing(id: string, request: ModelRequest, next: RecordedModelCall | undefined): MendkitError {
  if (next === undefined)
    return new MendkitError('not-found', `the record of ${id} is used up: it was asked less often when it was recorded`)
  const path = firstDifference(comparable(next.request), comparable(request)) ?? 'nothing'
  const says = `the record of ${id} has no such request: it differs from the next one that is left in ${path}`
  return new MendkitError('not-found', says, { path })
}

/** Tells the live view the whole reply at once. */
function told(reply: ModelReply, { onProgress }: ModelCallContext): ModelReply {
  const { content } = reply
  const text = content.kind === 'object' ? JSON.stringify(content.object) : content.text
  if (text !== '') onProgress?.({ kind: 'text', delta: text })
  if (content.kind === 'tool-calls') for (const { name } of content.calls) onProgress?.({ kind: 'tool-call', name })
  return reply
}
