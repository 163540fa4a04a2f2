import {
  type JsonObject,
  type ModelCallContext,
  type ModelProgress,
  type ModelRequest,
  type ModelTool,
  redact,
  redactObject,
} from '@mendkit/core'
import { callContext } from '../call-context.ts'
import { frozen } from '../frozen.ts'

/** The inputs of a tool of the contract, in the form that every provider can hold a model to. */
export const toolInput: JsonObject = {
  type: 'object',
  properties: { pod: { type: 'string', description: 'Name of the pod' }, lines: { type: 'integer' } },
  required: ['pod', 'lines'],
  additionalProperties: false,
}

/** The form of an answer of the contract. */
export const outputSchema: JsonObject = {
  type: 'object',
  properties: {
    cause: { type: 'string', enum: ['bad-image', 'no-memory', 'unknown'] },
    citations: { type: 'array', items: { type: 'string' } },
  },
  required: ['cause', 'citations'],
  additionalProperties: false,
}

/** Tools of the contract. */
export const tools: readonly ModelTool[] = [
  { name: 'pod_logs', description: redact('Reads the “last” lines of a pod'), input: redactObject(toolInput) },
  { name: 'pod-events', description: redact('Lists the events of a pod'), input: redactObject(toolInput) },
]

/** A request of the contract. Nobody may change it, so that no adapter does. */
export function aRequest(more: Partial<ModelRequest> = {}): ModelRequest {
  const messages = [{ role: 'user', text: redact('Why does checkout crash? ✓ Zürich 🚀') }] as const
  const base = { instructions: redact('You find root causes.'), messages, tools: [], toolChoice: 'auto' } as const
  return frozen<ModelRequest>({ ...base, maxOutputTokens: 1_234, ...more })
}

/** A request for an object of the contract's form. */
export function anObjectRequest(more: Partial<ModelRequest> = {}): ModelRequest {
  return aRequest({ output: { name: 'root_cause', schema: redactObject(outputSchema) }, ...more })
}

/** A context that keeps what it is told, and tells it on. */
export function listening(onProgress: (progress: ModelProgress) => void = () => undefined) {
  const told: ModelProgress[] = []
  const keep = (progress: ModelProgress): void => {
    told.push(progress)
    onProgress(progress)
  }
  return { told, ctx: { ...callContext(), onProgress: keep } satisfies ModelCallContext }
}

/** The deltas of one kind, joined. */
export function joined(told: readonly ModelProgress[], kind: 'text' | 'thinking'): string {
  return told.map((one) => (one.kind === kind ? one.delta : '')).join('')
}
