import type { ApproverGroup } from '../model/approver-group.ts'
import type { CombinedDecision, Decision } from '../model/plan.ts'
import type { Redacted } from '../model/redacted.ts'
import { message } from '../redact/message.ts'
import { redact } from '../redact/redact.ts'

/** What one policy said. */
export interface PolicyVoice {
  readonly policy: string
  readonly decision: Decision
}

const nothing = redact('')
/** From the most lenient on. */
const kinds: readonly Decision['kind'][] = ['abstain', 'allow', 'ask', 'deny']

/**
 * One answer from many voices: `deny` beats `ask` beats `allow`, and only abstentions are a denial. Of several that ask,
 * each keeps its own group of approvers, and every group must be satisfied; equal groups become one with the higher count,
 * and the shortest expiry counts. What is no decision at all denies. `unasked` is how many policies abstain because they do
 * not apply; `words` redacts their reasons.
 */
export function combineDecisions(
  voices: readonly PolicyVoice[],
  unasked = 0,
  words: (text: string) => Redacted = redact,
): CombinedDecision {
  const heard: Decision[] = []
  const told: CombinedDecision['voices'][number][] = []
  let strictest: Decision['kind'] = 'abstain'
  for (const { policy, decision } of voices) {
    const clear = understood(policy, decision)
    const { kind, because } = clear
    heard.push(clear)
    told.push({ policy, kind, because: because === undefined ? nothing : words(because) })
    if (kinds.indexOf(kind) > kinds.indexOf(strictest)) strictest = kind
  }
  if (strictest === 'ask') return { kind: 'ask', voices: told, unasked, ...terms(heard) }
  if (strictest !== 'abstain') return { kind: strictest, voices: told, unasked, approvers: [] }
  const silence = { policy: 'combination', kind: 'deny' as const, because: message`no policy allows it` }
  return { kind: 'deny', voices: [...told, silence], unasked, approvers: [] }
}

function understood(policy: string, decision: Decision): Decision {
  const kind: unknown = (decision as Decision | undefined)?.kind
  if ((kinds as readonly unknown[]).includes(kind)) return decision
  return { kind: 'deny', because: `policy ${policy} answered something that is no decision` }
}

function terms(decisions: readonly Decision[]): Pick<CombinedDecision, 'approvers' | 'expiresInMs'> {
  const asks = decisions.filter((decision) => decision.kind === 'ask')
  const groups = new Map<string, ApproverGroup>()
  for (const { approvers = ['approver'], quorum = 1 } of asks) {
    const names = [...new Set(approvers.map((each) => redact(each)))].sort()
    const key = JSON.stringify(names)
    groups.set(key, { names, count: Math.max(quorum, groups.get(key)?.count ?? 0) })
  }
  const expiries = asks.flatMap((ask) => ask.expiresInMs ?? [])
  return { approvers: [...groups.values()], ...(expiries.length > 0 && { expiresInMs: Math.min(...expiries) }) }
}
