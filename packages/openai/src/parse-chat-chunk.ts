import { z } from 'zod'
import { noProtocol } from './failed-call.ts'

const count = z.int().min(0)
const words = z.string().nullish()
const chunk = z.object({
  id: words.catch(undefined),
  choices: z
    .array(
      z.object({
        index: z.int().nullish(),
        delta: z
          .object({
            content: words,
            refusal: words,
            // Compatible servers that show what a model thinks use one of these.
            reasoning_content: words,
            reasoning: words.catch(undefined),
            tool_calls: z
              .array(
                z.object({
                  index: z.int().min(0).max(10_000).nullish(),
                  id: words,
                  function: z.object({ name: words, arguments: words }).nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
        finish_reason: words,
      }),
    )
    .nullish(),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      total_tokens: count.nullish(),
      prompt_tokens_details: z.object({ cached_tokens: count.nullish() }).nullish(),
      completion_tokens_details: z.object({ reasoning_tokens: count.nullish() }).nullish(),
    })
    .nullish(),
})

/** A part of a streamed chat completion. */
export type ChatChunk = z.infer<typeof chunk>

/** Reads a part of a streamed chat completion. Throws for what is none. */
export function parseChatChunk(value: unknown): ChatChunk {
  const parsed = chunk.safeParse(value)
  if (parsed.success && (parsed.data.choices != null || parsed.data.usage != null)) return parsed.data
  const path = parsed.error?.issues[0]?.path.join('.') ?? 'choices'
  throw noProtocol(`answers a chunk whose \`${path}\` is not as chat completions say`)
}
