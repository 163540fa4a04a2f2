import { z } from 'zod'

const eventSchema = z.object({
  type: z.string(),
  subject: z.object({ id: z.string() }),
  data: z.record(z.string(), z.unknown()),
  texts: z.record(z.string(), z.object({ text: z.string().optional() })),
})

/**
 * The person on call, here a small program: follows the events, approves what is asked, and goes home when the incident is
 * resolved. Answers the incident's id; throws when the incident ends in any other way.
 */
export async function onCall(url: string, token: string, say: (line: string) => void): Promise<string> {
  const headers = { authorization: `Bearer ${token}` }
  for await (const { type, subject, data, texts } of events(`${url}/events?after=-1`, headers)) {
    if (type === 'diagnosis-made') say(`mendkit   finds: ${texts['summary-0']?.text}`)
    if (type === 'execution-observed') say(`mendkit   the change is ${data['outcome']}`)
    if (type === 'execution-verified') say(`mendkit   verified: ${data['verdict']}`)
    if (type === 'approval-requested') {
      say(`mendkit   asks: ${texts['diff-0']?.text}`)
      const body = JSON.stringify({ answer: 'approve', digest: data['digest'] })
      const reply = await fetch(`${url}/approvals/${data['approval']}`, { method: 'POST', headers, body })
      if (!reply.ok) throw new Error(`the approval was not taken: ${await reply.text()}`)
      say('bob       approves')
    }
    if (type !== 'phase-changed') continue
    if (data['to'] === 'resolved') return subject.id
    if (['escalated', 'handed-over', 'suggested'].includes(String(data['to']))) {
      throw new Error(`the incident is ${data['to']}: ${data['reason']}`)
    }
  }
  throw new Error('the events ended before the incident was resolved')
}

/** The events of a stream, as they come. Leaving the loop closes the stream. */
async function* events(url: string, headers: Readonly<Record<string, string>>) {
  const ending = new AbortController()
  try {
    const { body, status } = await fetch(url, { headers, signal: ending.signal })
    if (body === null || status !== 200) throw new Error(`${url} answered ${status}`)
    let text = ''
    for await (const part of body.pipeThrough(new TextDecoderStream())) {
      const messages = `${text}${part}`.split('\n\n')
      text = messages.pop() ?? ''
      for (const message of messages) {
        const data = message.split('\n').find((line) => line.startsWith('data: '))
        if (data !== undefined) yield eventSchema.parse(JSON.parse(data.slice('data: '.length)))
      }
    }
  } finally {
    ending.abort()
  }
}
