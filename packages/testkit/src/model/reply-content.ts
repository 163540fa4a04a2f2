import { type Json, MendkitError, type ModelContent, type ModelReply, type ModelRequest } from '@mendkit/core'
import type { ScriptedReply } from './script.ts'

/** A reply that has content. */
export type ContentReply = Exclude<ScriptedReply, { readonly kind: 'error' | 'hang' }>

const charactersOfToken = 4

/** A made-up count that is the same everywhere: four characters are a token. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / charactersOfToken)
}

/** The content of a reply to this request. */
export function contentOf(scripted: ContentReply, request: ModelRequest, call: number): ModelContent {
  switch (scripted.kind) {
    case 'text':
      return { kind: 'text', text: scripted.text }
    case 'refusal':
      return { kind: 'refusal', text: scripted.text ?? '' }
    case 'object':
      return request.output === undefined
        ? { kind: 'text', text: JSON.stringify(scripted.object) }
        : { kind: 'object', object: structuredClone(scripted.object) }
    case 'tool-calls': {
      const calls = scripted.calls.map((one, index) => ({ id: `call-${call}-${index}`, ...structuredClone(one) }))
      return { kind: 'tool-calls', calls, text: scripted.text ?? '' }
    }
  }
}

/** The content as text, as a provider counts it. */
export function writtenOf(content: ModelContent): string {
  switch (content.kind) {
    case 'text':
    case 'refusal':
      return content.text
    case 'object':
      return JSON.stringify(content.object)
    case 'tool-calls':
      return content.calls.reduce((text, { name, input }) => text + name + jsonText(input), content.text)
  }
}

/** The content, or the text of its beginning when it is longer than the limit. */
export function shortened(content: ModelContent, maxTokens: number): ModelContent {
  const written = writtenOf(content)
  if (tokensOf(written) <= maxTokens) return content
  return { kind: 'text', text: written.slice(0, maxTokens * charactersOfToken) }
}

/** Why a model stops that said this. */
export function finishOf({ kind }: ModelContent): ModelReply['finish'] {
  return kind === 'tool-calls' || kind === 'refusal' ? kind : 'stop'
}

/** Throws `config` when a provider that holds to its own protocol could not have given this reply to this request. */
export function assertPossible({ kind }: ContentReply, { toolChoice, tools }: ModelRequest, call: number): void {
  const wrong =
    kind === 'tool-calls'
      ? (tools.length === 0 && 'no tool is offered') || (toolChoice === 'none' && 'the request wants none')
      : toolChoice === 'required' && kind !== 'refusal' && 'the request wants a tool called'
  if (wrong === false) return
  const says = `the script answers call ${call + 1} with ${kind}, but ${wrong}`
  throw new MendkitError('config', `${says}; change the script, or let the model disobey by \`disobeys: true\``)
}

function jsonText(value: Json | undefined): string {
  return value === undefined ? '' : JSON.stringify(value)
}
