import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type LanguageModel,
  MendkitError,
  type ModelCallContext,
  type ModelMessage,
  type ModelReply,
  type ModelRequest,
} from '@mendkit/core'
import canonicalize from 'canonicalize'
import { parseFileReply } from './file-reply.ts'

/** Options of `fileModel`. */
export interface FileModelOptions {
  /** Made unless it is there. */
  readonly folder: string
  /** How long a reply is waited for, ms. @default 600_000 */
  readonly deadlineMs?: number
  /** Between two looks for the reply, ms. @default 200 */
  readonly everyMs?: number
  /** @default 'file' */
  readonly model?: string
}

/**
 * A model that is whoever answers files: each request becomes `<name>.request.json` in the folder, and `<name>.reply.json` is waited
 * for. The name is a digest of the request, so the same request is asked once and a reply that is there already counts. Files
 * are renamed into their place, so whoever sees one can read it. Throws `unavailable` when nobody answers within the
 * deadline, and `bad-response` for a reply of another form.
 */
export function fileModel(options: FileModelOptions): LanguageModel {
  const { folder, deadlineMs = 600_000, everyMs = 200, model = 'file' } = options
  const self = { provider: 'file', model }
  return {
    spec: 1,
    id: `file/${model}`,
    ...self,
    capabilities: { tools: true, structuredOutput: true },
    async generate(asking: ModelRequest, { signal }: ModelCallContext): Promise<ModelReply> {
      signal.throwIfAborted()
      const request = { ...asking, messages: asking.messages.map(withoutContinuation) }
      const name = nameOf(request)
      await mkdir(folder, { recursive: true })
      const asked = join(folder, `${name}.request.json`)
      const replied = join(folder, `${name}.reply.json`)
      await writeInPlace(asked, { version: 1, name, request })
      const until = performance.now() + deadlineMs
      for (;;) {
        const text = await readIfThere(replied)
        if (text !== undefined) return parseFileReply(text, `${name}.reply.json`, self)
        if (performance.now() >= until) {
          throw new MendkitError('unavailable', `nobody wrote ${name}.reply.json within ${deadlineMs / 1000} s`)
        }
        await wait(everyMs, signal)
      }
    },
  }
}

/** A file makes none, so what is there belongs to another provider. */
function withoutContinuation(message: ModelMessage): ModelMessage {
  if (message.role !== 'assistant') return message
  const { continuation: _, ...rest } = message
  return rest
}

function nameOf(request: ModelRequest): string {
  return createHash('sha256')
    .update(canonicalize(request) ?? '')
    .digest('hex')
    .slice(0, 16)
}

async function writeInPlace(path: string, value: unknown): Promise<void> {
  const draft = `${path}.${process.pid}.draft`
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`)
  await rename(draft, path)
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Waits; the reason of an abort comes through as it is. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
