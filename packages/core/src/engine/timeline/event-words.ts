import type { EventData, MendkitEvent } from '../../model/event.ts'
import { blockerWords } from '../journal/blocker.ts'
import { code, joined, type Markdown, md } from './markdown.ts'
import { spendingWords } from './spending-words.ts'
import { utc } from './times.ts'
import { approverWords, count, decisionWords, phaseWords, reasonWords, resourceWords, verdictWords } from './words.ts'

const commandWords: Readonly<Record<EventData['command-given']['kind'], string>> = {
  approve: 'Asked to approve the plan',
  reject: 'Asked to reject the plan',
  diagnose: 'Asked for a new diagnosis',
  close: 'Asked to close the incident',
  resolve: 'Said that it is over',
  settle: 'Asked to settle an execution',
  acknowledge: 'Acknowledged it, and so took the incident over',
  snooze: 'Acknowledged it for a while',
  reassign: 'Gave the incident to somebody else',
  'take-over': 'Took the incident over',
  'hand-back': 'Handed the incident back',
  note: 'Noted',
}

/** One entry of the log in one line. Entries that are about no incident, or of a type from the future, are named. */
export function eventWords(event: MendkitEvent): Markdown {
  switch (event.type) {
    case 'blobs-erased':
      return md`${count(event.data.digests.length, 'text')} and the copies in ${count(event.data.rows, 'row')} were erased`
    case 'erasure-refused':
      return md`Texts were not erased (${code(event.data.because)})`
    case 'incident-opened':
      return md`Incident opened`
    case 'alerts-correlated':
      return md`${count(event.data.joined, 'alert')} joined${event.data.because.length === 0 ? '' : ': '}${event.data.because.join('; ')}`
    case 'incident-merged':
      return md`Merged into ${code(event.data.into)}: ${event.data.because}`
    case 'incident-relapsed':
      return md`Came back, for the ${event.data.relapses}. time`
    case 'phase-changed':
      return md`Now ${phaseWords[event.data.to]}${event.data.reason === undefined ? '' : `: ${reasonWords[event.data.reason]}`}`
    case 'evidence-collected':
      return md`${count(event.data.evidence.length, 'reading')} with ${count(sum(event.data.evidence.map((each) => each.facts)), 'fact')}`
    case 'model-asked':
      return askedWords(event.data)
    case 'model-call-ended':
      return callWords(event.data)
    case 'diagnosis-made':
      return diagnosisWords(event.data)
    case 'plan-made':
      return md`Planned ${joined(
        event.data.actions.map((action) => md`${code(action.type)} on ${resourceWords(action.target)}`),
        ', then ',
      )}`
    case 'plan-decided':
      return md`The plan is ${decisionWords[event.data.kind]}`
    case 'plan-void':
      return md`The plan became void (${code(event.data.because)})`
    case 'suggestion-judged':
      return md`${code(event.data.action)} on ${resourceWords(event.data.target)} was not carried out; when it had cleared, ${verdictWords[event.data.verdict]}`
    case 'autonomy-moved':
      return movedWords(event.data)
    case 'approval-requested':
      return md`Approval asked of ${approverWords(event.data.approvers)}, until ${utc(event.data.expiresAt)}`
    case 'approval-given':
      return md`Approved, with ${approverWords(event.data.missing)} still missing`
    case 'approval-granted':
      return md`Approved`
    case 'approval-refused':
      return md`An answer to the approval was not taken (${code(event.data.because)})`
    case 'approval-rejected':
      return md`Rejected`
    case 'approval-void':
      return md`The approval became void (${code(event.data.because)})`
    case 'approval-expired':
      return md`Nobody answered the approval in time`
    case 'command-given':
      return md`${commandWords[event.data.kind]}${event.data.to === undefined ? md`` : md`: ${code(event.data.to)}`}${event.data.until === undefined ? '' : `, until ${utc(event.data.until)}`}`
    case 'command-refused':
      return md`The command was refused (${code(event.data.because)})`
    case 'execution-blocked':
      return md`${code(event.data.action)} waits: ${blockerWords(event.data.by)}`
    case 'execution-intended':
      return md`${event.data.undoes === undefined ? 'Began' : 'Began to undo with'} ${code(event.data.action)} on ${resourceWords(event.data.target)}${event.data.send > 1 ? `, sent for the ${event.data.send}. time` : ''}`
    case 'execution-observed':
      return event.data.outcome === 'gone'
        ? md`The world was read: the target is gone, whether through this cannot be told`
        : md`The world was read: the effect is ${event.data.outcome}`
    case 'execution-verified':
      return md`Verified: **${event.data.verdict}**`
    case 'execution-ended':
      return md`The execution ended: ${event.data.state}`
    case 'execution-settled':
      return md`A person settled the execution as ${event.data.outcome}`
    case 'notice-queued':
      return noticeWords(event.data)
    case 'notice-sent':
      return md`Notice taken by ${code(event.data.notifier)}`
    case 'notice-failed':
      return md`Notice not taken by ${code(event.data.notifier)} in ${count(event.data.attempts, 'attempt')}`
    case 'snooze-ended':
      return md`The snooze of ${code(event.data.by)} is over: nobody has the incident any more`
    case 'escalation-unanswered':
      return md`**Nobody answered** any page${event.data.policy === undefined ? md`` : md` of escalation policy ${code(event.data.policy)}`}`
    case 'engine-paused':
    case 'engine-resumed':
    case 'engine-started':
    case 'engine-stopped':
    case 'log-key-rotated':
    case 'log-key-certified':
    case 'log-epoch-opened':
    case 'alerts-received':
    case 'retention-applied':
    case 'change-recorded':
      return code(event.type)
    default:
      return unknownWords(event)
  }
}

/** A newer version may have written types that this one does not know. */
function unknownWords({ type }: { readonly type: string }): Markdown {
  return code(type)
}

function noticeWords({
  urgency,
  page,
  recipients,
}: Extract<MendkitEvent, { type: 'notice-queued' }>['data']): Markdown {
  const whom = recipients === undefined ? md`` : md` for ${joined(recipients.map(code), ', ')}`
  if (page === undefined) return md`Notice queued (${urgency})${whom}`
  const round = page.rounds === 1 ? md`` : md`, round ${page.round} of ${page.rounds}`
  return md`Paged tier ${page.tier} of ${page.tiers}${round} of escalation policy ${code(page.policy)}:${whom}`
}

function diagnosisWords(data: Extract<MendkitEvent, { type: 'diagnosis-made' }>['data']): Markdown {
  const [first] = data.hypotheses
  const found = first === undefined ? md`no explanation` : md`${code(first.cause)} (confidence ${first.confidence})`
  const partial = data.partial === undefined ? md`` : md`; not all was looked at (${code(data.partial)})`
  const suspicious = data.suspicious ?? []
  const orders =
    suspicious.length === 0
      ? md``
      : md`; text that tries to give orders stands in ${joined(suspicious.map(code), ', ')}`
  return md`Diagnosed by ${code(data.analyzer)}: ${found}${partial}${orders}`
}

function askedWords({ provider, model, attempt, reserved }: EventData['model-asked']): Markdown {
  const again = attempt === 1 ? md`` : md`, attempt ${attempt}`
  return md`Asked model ${code(`${provider}/${model}`)}${again}; at most ${count(reserved.tokens, 'token')} set aside`
}

function callWords({ provider, model, state, finish, spending }: EventData['model-call-ended']): Markdown {
  const outcome = { answered: 'answered', refused: 'refused, and was not billed', failed: 'failed' }[state]
  const how = finish === undefined ? '' : ` (${finish})`
  return md`Model ${code(`${provider}/${model}`)} ${outcome}${how}: ${spendingWords(spending)}`
}

function movedWords(data: EventData['autonomy-moved']): Markdown {
  const { action, cause, from, to, kind, successes, outcomes, bound, threshold } = data
  const about = md`${code(action)} against ${code(cause)}`
  if (bound === undefined || threshold === undefined) {
    const lost = from === to ? md`stays at ${to} and counts anew` : md`falls from ${from} to ${to}`
    return md`Autonomy of ${about} ${lost}: ${kind}, after ${successes} of ${outcomes}`
  }
  return md`Autonomy of ${about} rises from ${from} to ${to}: ${successes} of ${outcomes}, lower bound ${bound}, ${threshold} needed`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
