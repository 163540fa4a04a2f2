import type { Clock, ModelCallContext, ModelContent, ModelProgress } from '@mendkit/core'
import type { ScriptedFacts } from './script.ts'

/** Tells the progress that a script says, or that comes of the content, as fast as the script says. */
export async function tellProgress(
  clock: Pick<Clock, 'sleep'>,
  { progress, afterMs, everyMs }: ScriptedFacts,
  content: ModelContent | undefined,
  ctx: ModelCallContext,
): Promise<void> {
  await pause(clock, afterMs, ctx.signal)
  for (const one of progress ?? progressOf(content)) {
    ctx.signal.throwIfAborted()
    ctx.onProgress?.(one)
    await pause(clock, everyMs, ctx.signal)
  }
  ctx.signal.throwIfAborted()
}

/** Never comes back; rejects with the reason when the caller gives up. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

async function pause(clock: Pick<Clock, 'sleep'>, ms: number | undefined, signal: AbortSignal): Promise<void> {
  if (ms !== undefined && ms > 0) await clock.sleep(ms, signal)
}

function progressOf(content: ModelContent | undefined): readonly ModelProgress[] {
  switch (content?.kind) {
    case undefined:
      return []
    case 'text':
    case 'refusal':
      return words(content.text)
    case 'object':
      return words(JSON.stringify(content.object))
    case 'tool-calls':
      return [...words(content.text), ...content.calls.map(({ name }) => ({ kind: 'tool-call' as const, name }))]
  }
}

function words(text: string): readonly ModelProgress[] {
  if (text === '') return []
  return text.split(/(?<=\s)(?=\S)/).map((delta) => ({ kind: 'text', delta }))
}
