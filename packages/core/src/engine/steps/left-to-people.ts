import type { Incident } from '../../model/incident.ts'

/** The plan that people were told of and the engine did not carry out: worth comparing with the world once the alerts have cleared. */
export function leftToPeople({ phase, reason, planId }: Incident): string | undefined {
  const waited =
    phase === 'suggested' || phase === 'awaiting-approval' || reason === 'rejected' || reason === 'approval-expired'
  return waited ? planId : undefined
}
