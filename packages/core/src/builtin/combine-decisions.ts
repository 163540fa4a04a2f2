import type { ApproverGroup } from '../model/approver-group.ts'
import type { CombinedDecision, Decision } from '../model/plan.ts'
import { message } from '../redact/message.ts'
import { redact } from '../redact/redact.ts'

/** What one policy said. */
export interface PolicyVoice {
  readonly policy: string
  readonly decision: Decision
}

const nothing = redact('')
const kinds: readonly Decision['kind'][] = ['abstain', 'allow', 'ask', 'deny']

/**
 * One answer from many voices: `deny` beats `ask` beats `allow`, and only abstentions are a denial. Of several that ask,
 * each keeps its own group of approvers, and every group must be satisfied; equal groups become one with the higher count,
 * and the shortest expiry counts. What is no decision at all denies.
 */
export function combineDecisions(voices: readonly PolicyVoice[]): CombinedDecision {
  const heard = voices.map(({ policy, decision }) => ({ policy, decision: understood(policy, decision) }))
  const told = heard.map(({ policy, decision }) => ({
    policy,
    kind: decision.kind,
    because: decision.because === undefined ? nothing : redact(decision.because),
  }))
  const said = new Set(told.map((voice) => voice.kind))
  if (said.has('deny')) return { kind: 'deny', voices: told, approvers: [] }
  if (said.has('ask')) return { kind: 'ask', voices: told, ...terms(heard.map((voice) => voice.decision)) }
  if (said.has('allow')) return { kind: 'allow', voices: told, approvers: [] }
  const silence = { policy: 'combination', kind: 'deny' as const, because: message`no policy allows it` }
  return { kind: 'deny', voices: [...told, silence], approvers: [] }
}

function understood(policy: string, decision: Decision): Decision {
  const kind: unknown = (decision as Decision | undefined)?.kind
  if (kinds.some((known) => known === kind)) return decision
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
