/** Where an incident stands in the loop. */
export type Phase =
  | 'open'
  | 'diagnosing'
  | 'deciding'
  | 'awaiting-approval'
  | 'remediating'
  | 'verifying'
  | 'resolved'
  | 'escalated'
  | 'handed-over'
  | 'suggested'
  | 'closed'

/**
 * The whole phase table: every arrow that an incident may take, with what it means. Whatever is not here is refused by
 * `assertArrow`. Closing further demands that no execution is in flight; the engine checks that where it closes.
 */
export const phaseTable = {
  open: {
    diagnosing: 'the storm had its settling time',
    resolved: 'all alerts cleared, or a person says that it is over',
    escalated: 'the engine cannot go on',
    closed: 'a person or a merge',
  },
  diagnosing: {
    deciding: 'a diagnosis proposes an action',
    'handed-over': 'nothing that can be done was found',
    resolved: 'all alerts cleared, or a person says that it is over',
    escalated: 'the engine cannot go on',
    closed: 'a person or a merge',
  },
  deciding: {
    'awaiting-approval': 'a policy asks a person',
    remediating: 'the policies allow it',
    diagnosing: 'the facts changed',
    suggested: 'autonomy stays at suggest',
    'handed-over': 'the policies deny it, or the plan was void too often',
    resolved: 'all alerts cleared, or a person says that it is over',
    escalated: 'the engine cannot go on',
    closed: 'a person or a merge',
  },
  'awaiting-approval': {
    remediating: 'approved',
    deciding: 'the approval is void',
    'handed-over': 'rejected',
    escalated: 'expired',
    resolved: 'all alerts cleared, or a person says that it is over',
    closed: 'a person or a merge',
  },
  remediating: {
    verifying: 'the last effect was observed',
    deciding: 'definitely no effect',
    resolved: 'a person says that it is over',
    escalated: 'failed, or the outcome stays unknown',
    closed: 'a person or a merge',
  },
  verifying: {
    resolved: 'recovered through the soak window',
    remediating: 'the undo begins',
    escalated: 'not recovered',
    closed: 'a person or a merge',
  },
  escalated: {
    diagnosing: 'a person asks, or the facts changed',
    resolved: 'all alerts cleared, or a person says that it is over',
    closed: 'a person or a merge',
  },
  'handed-over': {
    diagnosing: 'a person asks, or the facts changed',
    resolved: 'all alerts cleared, or a person says that it is over',
    closed: 'a person or a merge',
  },
  suggested: {
    diagnosing: 'a person asks, or the facts changed',
    resolved: 'all alerts cleared, or a person says that it is over',
    closed: 'a person or a merge',
  },
  resolved: { open: 'an alert came back within the hold', closed: 'the hold is over, or a person or a merge' },
  closed: {},
} as const satisfies { readonly [From in Phase]: { readonly [To in Phase]?: string } }

/** Every phase, in the order of the table. */
export const phases = Object.keys(phaseTable) as readonly Phase[]

/** Whether the phase table has an arrow between the two. */
export function hasArrow(from: Phase, to: Phase): boolean {
  return Object.hasOwn(phaseTable[from], to)
}
