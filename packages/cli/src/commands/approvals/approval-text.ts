import { type ApprovalQuestion, type ApproverGroup, describeResource, type PlannedAction } from '@mendkit/core'
import { type PendingCommand, pendingRow } from '../../store/pending-commands.ts'
import { shown, shownLines } from '../../terminal/safe-text.ts'
import { pairs, type Screen } from '../../terminal/screen.ts'
import { momentWithAge } from '../../terminal/time.ts'

/** What an approval asks, for whoever answers it: nothing is cut. */
export function approvalText(question: ApprovalQuestion, pending: readonly PendingCommand[], screen: Screen): string {
  const { id, digest, state, actions, diffs, answers, missing, voidBecause } = question
  const facts = pairs(
    [
      ['Approval', id],
      ['State', voidBecause === undefined ? state : `${state} (${voidBecause})`],
      ['Incident', question.incidentId],
      ['Asked', momentWithAge(question.askedAt, screen.now)],
      ['Expires', momentWithAge(question.expiresAt, screen.now)],
      ['Approvers', groups(question.approvers)],
      ...(question.proofNeeded ? [['Proof', 'needed from whoever approves'] as const] : []),
      ...(state === 'open' && answers.length > 0 ? [['Missing', groups(missing)] as const] : []),
      ...(question.proposedBy === undefined ? [] : [['Proposed by', question.proposedBy] as const]),
      ...pendingRow(pending, screen),
      ...answers.map(({ kind, by }) => [kind === 'approve' ? 'Approved by' : 'Rejected by', by.id] as const),
    ],
    screen,
  )
  const parts = actions.map((action, index) => actionText(action, index + 1, diffs[index] ?? '', screen))
  return [facts, ...parts, `Digest  ${shown(digest)}`, ...(state === 'open' ? [howToAnswer(question)] : [])].join(
    '\n\n',
  )
}

/** How many of whom. */
function groups(of: readonly ApproverGroup[]): string {
  return of.map(({ names, count }) => `${count} of ${names.join(' or ')}`).join('\nand ')
}

function actionText(action: PlannedAction, number: number, diff: string, screen: Screen): string {
  const { type, target, params, risk, dryRun, blastRadius, managedBy, doubts, reversible, refused } = action
  const optional = (name: string, all: readonly string[]) => (all.length === 0 ? [] : [[name, all.join(', ')] as const])
  const facts = pairs(
    [
      ['on', describeResource(target)],
      ['in', target.cluster],
      ['with', JSON.stringify(params)],
      ['risk', `${risk}, ${reversible ? 'can be undone' : 'CANNOT be undone'}, dry run ${dryRun}`],
      [
        'touches',
        `${blastRadius.resources.map(describeResource).join(', ')}; replicas down at once: ${lossWords(blastRadius)}`,
      ],
      ...optional('managed by', managedBy),
      ...optional('doubts', doubts),
      ...(refused === undefined ? [] : [['refused', refused] as const]),
    ],
    screen,
  )
  const lines = diff === '' ? ['(no difference is shown)'] : shownLines(diff).split('\n')
  return [screen.heading(`${number}. ${shown(type)}`), indented(facts, 3), '', indented(lines.join('\n'), 3)].join('\n')
}

/** How many go at once, and what that means for those that are left. */
function lossWords({ replicas, percentOfReady, budgetHeadroom }: PlannedAction['blastRadius']): string {
  const share = percentOfReady === undefined ? '' : `, ${percentOfReady} % of those that are ready`
  return `${replicas}${share}${budgetHeadroom === undefined ? '' : `, disruption budgets have ${budgetHeadroom} left then`}`
}

function indented(text: string, by: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(by))
}

function howToAnswer({ id, digest, proofNeeded }: ApprovalQuestion): string {
  const here = [
    `  mendkit approvals approve ${shown(id)} \\`,
    `    --digest ${shown(digest)} \\`,
    '    --as <you> --role approver',
  ]
  const elsewhere = [
    '  prove who you are on the approval page of the host, or in whatever way it asks for that.',
    '  This command cannot check a proof, and so cannot approve it.',
  ]
  return [
    'To let exactly this happen:',
    ...(proofNeeded ? elsewhere : here),
    'To refuse it:',
    `  mendkit approvals reject ${shown(id)} --because <why> --as <you> --role approver`,
  ].join('\n')
}
