import { z } from 'zod'
import { once } from '../../once.ts'

/** Bytes of a form: the longest words that the page lets anybody write, percent-encoded, and what goes with them. */
const maxBytes = 32_768

/** Longest words of an answer, in characters. */
export const maxWords = 2_000

const shape = once(() => {
  const words = z
    .string()
    .max(maxWords)
    .transform((text) => (text.trim() === '' ? undefined : text))
    .optional()
  return z.object({
    answer: z.enum(['approve', 'reject']),
    digest: z.string(),
    token: z.string(),
    because: words,
    proof: words,
  })
})

/** What a form says. */
export type AnswerForm = z.output<ReturnType<typeof shape>>

/** Why a request is no form of this page. */
export interface NoForm {
  readonly status: 400 | 413 | 415
  readonly because: string
}

/** The form of a request; a body that is too long is not read any further. */
export async function readForm(request: Request): Promise<AnswerForm | NoForm> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') return { status: 415, because: 'send the form of this page' }
  const text = await readText(request)
  if (text === undefined) return { status: 413, because: `the form is longer than ${maxBytes} bytes` }
  const parsed = shape().safeParse(Object.fromEntries(new URLSearchParams(text)))
  return parsed.success ? parsed.data : { status: 400, because: 'the form is not one of this page' }
}

async function readText(request: Request): Promise<string | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return undefined
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  // Leaving the loop early cancels the stream.
  const body: ReadableStream<Uint8Array> | null = request.body
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
