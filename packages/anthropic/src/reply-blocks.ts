import type { JsonObject, ModelToolCall } from '@mendkit/core'
import { z } from 'zod'
import type { WireBlock, WireDelta } from './parse-event.ts'

/** A piece of a reply as it has come in so far. */
export type ReplyBlock = WireBlock & { json?: string }

const jsonObject = z.record(z.string(), z.json())

/** Adds to a piece what its next event says; what does not belong to it adds nothing. */
export function grow(block: ReplyBlock, delta: WireDelta): void {
  if (delta.type === 'text_delta' && block.type === 'text') block.text += delta.text
  if (delta.type === 'thinking_delta' && block.type === 'thinking') block.thinking += delta.thinking
  if (delta.type === 'signature_delta' && block.type === 'thinking') block.signature += delta.signature
  if (delta.type === 'input_json_delta') block.json = (block.json ?? '') + delta.partial_json
}

/** What was said in words. */
export function textOf(blocks: readonly ReplyBlock[]): string {
  return blocks.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

/** The tools that were called, in order. */
export function callsOf(blocks: readonly ReplyBlock[]): readonly ModelToolCall[] {
  return blocks.flatMap((block) => {
    if (block.type !== 'tool_use') return []
    const { id, name, json, input: whole } = block
    const input = objectOf(() => (json ? JSON.parse(json) : whole))
    return [{ id, name, ...(input !== undefined && { input }) }]
  })
}

/** The object that a text is; undefined when it is none. */
export function parseObject(text: string): JsonObject | undefined {
  return objectOf(() => JSON.parse(text))
}

/** An object in JSON; undefined for what is none, or is nested too deeply to be looked through. */
function objectOf(read: () => unknown): JsonObject | undefined {
  try {
    return jsonObject.safeParse(read()).data
  } catch {
    return undefined
  }
}
