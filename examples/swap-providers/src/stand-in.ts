import { type WireProtocol, type WireServer, wireServer } from '@mendkit/testbed/wire'
import { played, type ReceivedModelRequest } from '@mendkit/testkit'

/** A server on this machine that speaks a provider's protocol, and answers as a model might that reads what it is sent. */
export async function standIn(protocol: WireProtocol): Promise<WireServer> {
  return await wireServer(protocol, (_, request) => {
    const answer = JSON.stringify(answerTo(request))
    return played({ kind: 'object', pieces: [answer.slice(0, 40), answer.slice(40)] })
  })
}

function answerTo(request: ReceivedModelRequest | undefined): unknown {
  const text = (request?.turns ?? []).map((turn) => (turn.role === 'user' ? turn.text : '')).join('\n')
  const citations = ['pods.current.crash-looping', 'event.restart-back-off'].flatMap((name) => citationOf(text, name))
  const [, entity = null] = /^(t\d+) Deployment shop\/checkout$/m.exec(text) ?? []
  const hypothesis = {
    cause: 'missing-config',
    entity,
    summary: 'It needs DATABASE_URL and has none.',
    mechanism: 'Every container ends at once.',
    disproof: 'A pod that runs without it.',
    citations,
    confidence: 0.9,
  }
  return { unresolved: false, hypotheses: [hypothesis], actions: [], unknowns: ['what the URL should be'] }
}

/** How a fact of this name is cited: the evidence that it stands under, and its number there. */
function citationOf(text: string, name: string): readonly string[] {
  let evidence = ''
  for (const line of text.split('\n')) {
    evidence = /^(e\d+) /.exec(line)?.[1] ?? evidence
    const [, fact, said] = /^(f\d+)\S* \w+ ([^\s=]+)=/.exec(line) ?? []
    if (said === name) return [`${evidence}.${fact}`]
  }
  return []
}
