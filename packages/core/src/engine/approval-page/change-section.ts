import type { PlannedAction } from '../../model/plan.ts'
import { redactJson } from '../../redact/redact-json.ts'
import type { ApprovalQuestion } from '../host/approvals-face.ts'
import { dryRunWords } from '../timeline/reasons.ts'
import { count } from '../timeline/words.ts'
import { difference } from './difference.ts'
import { type Html, html } from './html.ts'
import { code, resource, separated } from './words.ts'

/** What would change: each action with its difference, as computed by the engine, and how much is at stake. */
export function changeSection({ actions, diffs }: ApprovalQuestion): Html {
  if (actions.length === 0) return html`<h2>What would change</h2><p>The plan is gone.</p>`
  return html`<h2>What would change</h2>
${actions.map((action, index) => actionPart(action, diffs[index] ?? ''))}`
}

function actionPart(action: PlannedAction, diff: string): Html {
  return html`<h3>${code(action.type)} on ${resource(action.target)}</h3>
${diff === '' ? html`<p class="warn">The action shows no difference.</p>` : difference(diff)}
<dl>
<dt>Risk</dt><dd><strong>${action.risk}</strong>${action.reversible ? '' : ', and it cannot be undone'}</dd>
<dt>Blast radius</dt><dd>${radius(action)}</dd>
<dt>Preview</dt><dd>${dryRunWords[action.dryRun]}</dd>
<dt>Parameters</dt><dd>${code(JSON.stringify(redactJson(action.params)))}</dd>
${row('Managed by', action.managedBy)}${row('Doubts', action.doubts)}</dl>
`
}

const shownObjects = 20

function radius({ blastRadius }: PlannedAction): Html {
  const { resources, replicas, percentOfReady, budgetHeadroom } = blastRadius
  const shown = separated(resources.slice(0, shownObjects).map(resource), ', ')
  const more = resources.length > shownObjects ? ` and ${resources.length - shownObjects} more` : ''
  const share = percentOfReady === undefined ? '' : ` (${percentOfReady} % of those that are ready)`
  const room = budgetHeadroom === undefined ? '' : `, disruption budgets have ${budgetHeadroom} left then`
  return html`${count(resources.length, 'object')}, at most ${count(replicas, 'replica')} down at once${share}${room}${resources.length === 0 ? '' : ': '}${shown}${more}`
}

function row(name: string, values: readonly string[]): readonly Html[] {
  return values.length === 0 ? [] : [html`<dt>${name}</dt><dd>${separated(values.map(code), ', ')}</dd>\n`]
}
