import {
  type ApprovalQuestion,
  type Incident,
  type Mendkit,
  type MendkitEvent,
  type Phase,
  type Principal,
  toEvent,
} from '@mendkit/core'
import { waitUntil } from '@mendkit/testbed'

/** A person who may approve. */
export const ann: Principal = { id: 'ann', roles: ['approver'], tenant: 'default', via: 'test' }

/** Waits for the only incident to be in a phase. */
export async function inPhase(mendkit: Mendkit, phase: Phase, timeoutMs = 40_000): Promise<Incident> {
  let seen: readonly Incident[] = []
  try {
    return await waitUntil(
      `an incident in ${phase}`,
      async () => {
        seen = await mendkit.incidents.list()
        return seen.find((incident) => incident.phase === phase)
      },
      { timeoutMs },
    )
  } catch (cause) {
    const stories = await Promise.all(seen.map(({ id }) => mendkit.incidents.timeline(id, { format: 'markdown' })))
    const health = JSON.stringify(await mendkit.health())
    throw new Error([`no incident came to be in ${phase}`, health, ...stories].join('\n\n'), { cause })
  }
}

/** Waits for a question to a person. */
export function asked(mendkit: Mendkit): Promise<ApprovalQuestion> {
  return waitUntil('a question to a person', async () => (await mendkit.approvals.list())[0], { timeoutMs: 40_000 })
}

/**
 * Answers what is asked as a person who may, until something is begun on that answer; answers the question that counted.
 * Facts can change between a question and its answer, and then it is asked anew.
 */
export async function approved(mendkit: Mendkit): Promise<ApprovalQuestion> {
  let given: ApprovalQuestion | undefined
  const begun = async () => {
    const [open] = await mendkit.approvals.list()
    if (open !== undefined && open.id !== given?.id) {
      await mendkit.approvals.approve(open.id, { by: ann, digest: open.digest })
      given = open
    }
    const id = given?.actions[0]?.executionId
    return (await mendkit.executions.list()).some((execution) => execution.id === id) ? given : undefined
  }
  return waitUntil('something begun that a person approved', begun, { timeoutMs: 40_000 })
}

/** The whole log, oldest first, without texts. */
export async function wholeLog(mendkit: Mendkit): Promise<readonly MendkitEvent[]> {
  return (await mendkit.audit.read({ limit: 1_000 })).map((record) => toEvent(record, new Map()))
}

/** What the verifications said, in order. */
export async function verdicts(mendkit: Mendkit): Promise<readonly string[]> {
  return (await wholeLog(mendkit)).flatMap((event) => (event.type === 'execution-verified' ? [event.data.verdict] : []))
}
