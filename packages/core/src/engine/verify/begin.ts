import { understandDeadline } from '../answers/deadline.ts'
import { callPort } from '../call.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { moveTo } from '../steps/result.ts'
import type { StepResult, StepView } from '../steps/view.ts'

/** Starts the verification of what a plan did: it may take as long as the alert rules need to clear. */
export async function beginVerifying(parts: Parts, view: StepView): Promise<StepResult> {
  const verification = view.now + (await deadlineFor(parts, view))
  return moveTo(parts, view, 'verifying', {
    deadlines: { verification, poll: view.now },
    next: { goodSince: undefined },
  })
}

/** How long a verification may take, ms: as the settings say, or as long as the alert rules need to clear. */
export async function deadlineFor(parts: Parts, view: StepView): Promise<number> {
  const names = [...new Set(view.symptoms.map((symptom) => symptom.alertname))]
  let longest = parts.settings.verification.deadlineMs
  for (const integration of parts.integrations) {
    if (integration.verificationDeadlineMs === undefined) continue
    try {
      const what = 'verification deadline'
      const wanted = await callPort(parts, what, view.ctx, async (ctx) =>
        integration.verificationDeadlineMs?.(names, ctx),
      )
      longest = Math.max(longest, understandDeadline(what, wanted) ?? 0)
    } catch (error) {
      view.ctx.signal.throwIfAborted()
      parts.log.warn(describeFailure('an integration could not say how long its alerts take to clear', error))
    }
  }
  return longest
}
