import { type AuditDraft, type Mendkit, MendkitError, type Principal } from '@mendkit/core'
import type { Simulation } from '@mendkit/testkit'
import type { Answer, Scenario } from './scenario.ts'

const ann: Principal = { id: 'ann', roles: ['approver'], tenant: 'default', via: 'test' }
const bob: Principal = { id: 'bob', roles: ['approver'], tenant: 'default', via: 'test' }
const dan: Principal = { id: 'dan', roles: ['approver'], tenant: 'default', via: 'test' }
const eve: Principal = { id: 'eve', roles: ['developer'], tenant: 'default', via: 'test' }

const DIAGNOSE_AFTER_MS = 40_000
const SECOND_AFTER_MS = 5_000
const MAX_NEW_DIAGNOSES = 2
/** So long that whoever still pages meanwhile has gone through all tiers. */
const HELD_MS = 300_000

/** By what a person shows who it is. */
export function proofOf(id: string): string {
  return `${id}'s own code`
}

/** The people around the shop: they answer what they are asked, well or badly. */
export interface People {
  /** Looks at an audit entry. */
  readonly hear: (entry: AuditDraft) => void
  /** Presses the kill switch and lifts it that much later. */
  readonly pause: (ms: number) => void
  /** Takes every incident over and hands it back that much later. */
  readonly takeOver: (ms: number) => void
  /** Whether somebody who approved has shown who it is. */
  readonly hasProved: (by: string, approval: string) => boolean
  /** Whether something that they have begun is still to end. */
  readonly areBusy: () => boolean
}

/** People who do what the scenario says. */
export function openPeople(
  simulation: Simulation,
  scenario: Pick<Scenario, 'answers' | 'answerAfterMs' | 'quorum' | 'asksAgain'>,
): People {
  const { desk, later, ledger } = simulation
  const proven = new Set<string>()
  let asked = 0
  let diagnoses = 0
  let busy = 0
  let hasAcknowledged = false

  /** What somebody does until it is done: a store that is away comes back. Anything else that is refused, is refused. */
  function act(ms: number, what: string, run: (mendkit: Mendkit) => Promise<unknown>): void {
    busy += 1
    later(ms, what, async () => {
      try {
        await run(desk)
      } catch (error) {
        if (!MendkitError.is(error)) throw error
        if (error.code === 'unavailable') act(5_000, what, run)
      } finally {
        busy -= 1
      }
    })
  }

  function answer(approval: string, digest: string, kind: Answer): void {
    const ms = scenario.answerAfterMs
    const approve = (by: Principal, shown: string, after = ms, proof = proofOf(by.id)) =>
      act(after, `${by.id} approves`, (mendkit) => {
        if (proof === proofOf(by.id)) proven.add(`${by.id} ${approval}`)
        return mendkit.approvals.approve(approval, { by, digest: shown, proof })
      })
    const answers: Readonly<Record<Answer, () => void>> = {
      approve: () => approve(bob, digest),
      reject: () =>
        act(ms, 'bob rejects', (mendkit) =>
          mendkit.approvals.reject(approval, { by: bob, digest, because: 'not now' }),
        ),
      ignore: () => undefined,
      'stale-digest': () => {
        approve(bob, 'f'.repeat(64))
        approve(bob, digest, ms + 30_000)
      },
      unproven: () => {
        approve(bob, digest, ms, proofOf('dan'))
        approve(bob, digest, ms + 30_000)
      },
      stranger: () => {
        approve(eve, digest)
        approve(bob, digest, ms + 30_000)
      },
      proposer: () => {
        approve(ann, digest)
        approve(bob, digest, ms + 40_000)
      },
      twice: () => {
        approve(bob, digest)
        approve(ann, digest, ms + 1)
      },
    }
    answers[kind]()
    const isYes = kind !== 'reject' && kind !== 'ignore'
    if (isYes && scenario.quorum.come > 1) approve(dan, digest, ms + SECOND_AFTER_MS)
  }

  return {
    hasProved: (by, approval) => proven.has(`${by} ${approval}`),
    areBusy: () => busy > 0,
    hear(entry) {
      if (entry.type === 'approval-requested') {
        const drawn = scenario.answers[asked] ?? scenario.answers.at(-1) ?? 'approve'
        // Whoever has asked for the diagnosis is the first to like what came of it.
        const kind = diagnoses > 0 ? 'proposer' : drawn
        asked += 1
        answer(entry.data.approval, entry.data.digest, kind)
      }
      if (entry.type === 'notice-queued' && entry.data.page !== undefined && !hasAcknowledged) {
        hasAcknowledged = true
        const { id } = entry.subject
        act(scenario.answerAfterMs, 'bob acknowledges', (mendkit) => mendkit.as(bob).incidents.acknowledge(id))
        act(scenario.answerAfterMs + HELD_MS, 'bob hands back', (mendkit) => mendkit.as(bob).incidents.handBack(id))
      }
      const waits = entry.type === 'phase-changed' && ['handed-over', 'escalated', 'suggested'].includes(entry.data.to)
      if (waits && scenario.asksAgain && diagnoses < MAX_NEW_DIAGNOSES) {
        diagnoses += 1
        act(DIAGNOSE_AFTER_MS, 'ann asks again', (mendkit) => mendkit.as(ann).incidents.diagnose(entry.subject.id))
      }
    },
    pause(ms) {
      act(0, 'ann pauses', (mendkit) => mendkit.as(ann).pause())
      act(ms, 'ann resumes', (mendkit) => mendkit.as(ann).resume())
    },
    takeOver(ms) {
      for (const { id } of ledger.incidents.values()) {
        act(0, 'ann takes over', (mendkit) => mendkit.as(ann).incidents.takeOver(id))
        act(ms, 'ann hands back', (mendkit) => mendkit.as(ann).incidents.handBack(id))
      }
    },
  }
}
