import type { CallContext } from '../../ports/context.ts'
import type { Claim } from '../../ports/lease-store.ts'
import { followPeople } from '../escalation/follow-people.ts'
import { recoverExecution } from '../journal/recover.ts'
import type { Parts } from '../parts.ts'
import { awaitApproval } from './await-approval.ts'
import { clearing } from './clearing.ts'
import { closed, resolved } from './closing.ts'
import { handleCommands } from './commands.ts'
import { commitStep } from './commit-step.ts'
import { decide } from './decide.ts'
import { diagnose } from './diagnose.ts'
import { loadView } from './load.ts'
import { open } from './open.ts'
import { remediate } from './remediate.ts'
import { verify } from './verify.ts'
import { verifyLate } from './verify-late.ts'
import type { Lease, StepResult, StepView } from './view.ts'
import { watchFacts } from './watch-facts.ts'

/**
 * One step of one incident: read, look, one commit. Answers false when somebody else was first and nothing was written.
 * The order is the engine's rule book: what people asked for, who has it or is to be called next, then what may be in
 * flight, then what was done but never verified, then whether the symptoms are gone, then the phase. `begun` is called when
 * it has read where the incident stands.
 */
export async function runStep(
  parts: Parts,
  claim: Claim,
  lease: Lease,
  ctx: CallContext,
  begun: () => void,
): Promise<boolean> {
  const started = parts.clock.monotonic()
  const view = await loadView(parts, claim, lease, ctx)
  begun()
  const result =
    (await handleCommands(parts, view)) ??
    (await followPeople(parts, view)) ??
    (await recoverExecution(parts, view)) ??
    (await verifyLate(parts, view)) ??
    (await clearing(parts, view)) ??
    (await phaseStep(parts, view))
  const committed = await commitStep(parts, view, result)
  const { phase } = view.incident
  parts.metrics.observe('mendkit_step_seconds', parts.clock.monotonic() - started, { phase })
  return committed
}

function phaseStep(parts: Parts, view: StepView): Promise<StepResult> | StepResult {
  switch (view.incident.phase) {
    case 'open':
      return open(parts, view)
    case 'diagnosing':
      return diagnose(parts, view)
    case 'deciding':
      return decide(parts, view)
    case 'awaiting-approval':
      return awaitApproval(parts, view)
    case 'remediating':
      return remediate(parts, view)
    case 'verifying':
      return verify(parts, view)
    case 'suggested':
    case 'handed-over':
    case 'escalated':
      return watchFacts(parts, view)
    case 'resolved':
      return resolved(parts, view)
    case 'closed':
      return closed()
  }
}
