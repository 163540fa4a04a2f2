import type { JoinedBlob } from '../../model/event.ts'
import type { ModelRequest } from '../../model/model-call.ts'
import type { ModelTurn, RecordedTurn } from '../../model/model-turn.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Store } from '../../ports/store.ts'
import { redact } from '../../redact/redact.ts'
import { requestPrefix, requestRest, storedReply } from '../../stored/model-call.ts'
import { readWhole } from '../../stored/read-stored.ts'
import { readTexts } from '../feed/read-texts.ts'
import { documentsOf } from '../timeline/rows.ts'

/**
 * The calls of models about an incident with what was asked and answered, in order. Reads only; an incident without any, or that
 * retention has emptied, has none.
 */
export async function recordedTurns(
  store: Store,
  tenant: string,
  incidentId: string,
  ctx: CallContext,
): Promise<readonly RecordedTurn[]> {
  const turns = await documentsOf(store, 'turn', { tenant, id: incidentId }, ctx)
  const digests = turns.flatMap(({ prefix, request, reply, failure }) => [prefix, request, reply, failure])
  const texts = await readTexts(
    store,
    tenant,
    digests.filter((each) => each !== undefined),
    ctx,
  )
  return turns.map((turn) => withTexts(turn, texts))
}

function withTexts(row: ModelTurn, texts: ReadonlyMap<string, JoinedBlob>): RecordedTurn {
  const { tenant: _tenant, revision: _revision, prefix, request, reply, failure, ...turn } = row
  const textOf = (digest: string | undefined): string | undefined => {
    const found = digest === undefined ? undefined : texts.get(digest)
    return found !== undefined && 'text' in found ? found.text : undefined
  }
  const asked = requestOf(textOf(prefix), textOf(request))
  const answered = textOf(reply)
  const answer = answered === undefined ? undefined : readWhole(storedReply, answered)
  const why = textOf(failure)
  return {
    ...turn,
    ...(asked && { request: asked }),
    ...(answer && { reply: answer }),
    ...(why !== undefined && { failure: redact(why) }),
  }
}

function requestOf(prefix: string | undefined, rest: string | undefined): ModelRequest | undefined {
  if (prefix === undefined || rest === undefined) return undefined
  const stable = readWhole(requestPrefix, prefix)
  const own = readWhole(requestRest, rest)
  return stable && own && { ...stable, ...own }
}
