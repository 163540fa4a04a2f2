import type { Resource } from '../../model/resource.ts'
import type { ActionDraft, HypothesisDraft } from '../../ports/analysis.ts'
import type { CatalogueEntry, Investigation } from '../../ports/investigation.ts'
import { isCode } from '../../redact/names.ts'
import type { Board } from './board.ts'
import { checkCitations } from './check-citations.ts'
import { checkParams } from './check-params.ts'
import type { Handle } from './handles.ts'
import type { ActionWords, HypothesisWords, ModelAnswerDraft } from './parse-answer.ts'
import { shownValue } from './shown-text.ts'

/** What of an answer holds, and exactly what does not. */
export interface Judged {
  readonly hypotheses: readonly HypothesisDraft[]
  readonly actions: readonly ActionDraft[]
  readonly violations: readonly string[]
}

/** Kinds of observation that must stand behind an action of a risk above low. */
const leastKinds = 2

/** A code of a cause: it stands in the log in the clear, so it has no room for a sentence. */
const shortCode = /^[a-z0-9]{1,24}(?:-[a-z0-9]{1,24}){0,4}$/

/** Holds an answer to the evidence. */
export async function judge(answer: ModelAnswerDraft, investigation: Investigation, board: Board): Promise<Judged> {
  const violations: string[] = []
  const hypotheses: HypothesisDraft[] = []
  const actions: ActionDraft[] = []
  let observed = 0
  if (!answer.unresolved && answer.hypotheses.length === 0)
    violations.push('hypotheses: give one, or set unresolved to true')
  if (answer.actions.length > 0 && answer.hypotheses.length === 0)
    violations.push('actions: an action needs a hypothesis that says what it is against')
  for (const [index, words] of answer.hypotheses.entries()) {
    const judged = judgeHypothesis(`hypotheses[${index}]`, words, investigation, board)
    if ('violations' in judged) violations.push(...judged.violations)
    else {
      hypotheses.push(judged.hypothesis)
      if (judged.isObserved) observed += 1
    }
  }
  // What a workload writes of itself may be written for this reader: it can explain, but nothing is done on its word.
  if (answer.actions.length > 0 && hypotheses.length > 0 && observed === 0)
    violations.push(
      'actions: no hypothesis cites anything but log; cite what machines observed for one, or propose nothing',
    )
  for (const [index, words] of answer.actions.entries()) {
    const judged = await judgeAction(`actions[${index}]`, words, investigation, board)
    if ('violations' in judged) violations.push(...judged.violations)
    else actions.push(judged.action)
  }
  return { hypotheses, actions, violations }
}

function judgeHypothesis(path: string, words: HypothesisWords, investigation: Investigation, board: Board) {
  const { entity, summary, mechanism, disproof, confidence } = words
  const cause = words.cause
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-')
  const named = entity === null ? undefined : board.handles.find(entity)
  const rootCause = named?.resource
  const { citations, kinds, violations } = checkCitations(
    path,
    words.citations,
    subjectsOf(named, investigation),
    board,
  )
  const all = [
    ...(shortCode.test(cause) && isCode(cause)
      ? []
      : [`${path}.cause: must be a short code of at most five words, such as bad-rollout`]),
    ...(entity !== null && rootCause === undefined ? [`${path}.entity: there is no ${shownValue(entity, 40)}`] : []),
    ...(summary.trim() === '' ? [`${path}.summary: must say something`] : []),
    ...violations,
  ]
  if (all.length > 0) return { violations: all }
  const hypothesis: HypothesisDraft = {
    cause,
    summary,
    citations,
    statedConfidence: Math.min(1, Math.max(0, confidence)),
    ...(mechanism.trim() !== '' && { mechanism }),
    ...(disproof.trim() !== '' && { disproof }),
    ...(rootCause && { rootCause }),
  }
  return { hypothesis, isObserved: kinds.size > 0 }
}

async function judgeAction(path: string, words: ActionWords, { catalogue }: Investigation, board: Board) {
  const entry = catalogue.find(({ type }) => type === words.type)
  if (entry === undefined) return { violations: [`${path}.type: there is no action ${shownValue(words.type, 64)}`] }
  const named = words.target === undefined ? undefined : board.handles.find(words.target)
  const mustName = board.handles.given().some(({ seen }) => seen)
  if (mustName && named?.seen !== true)
    return { violations: [`${path}.target: there is no ${shownValue(words.target ?? '', 40)} that can be acted on`] }
  const target = named?.resource
  const cited = checkCitations(path, words.citations, target === undefined ? [] : [target], board)
  const checked = await checkParams(path, words.params, entry, board)
  const violations = [
    ...('violations' in checked ? checked.violations : []),
    ...cited.violations,
    ...tooFewKinds(path, entry, cited.kinds),
  ]
  if ('violations' in checked || violations.length > 0) return { violations }
  const { type } = entry
  const action: ActionDraft = { type, params: checked.params, citations: cited.citations, ...(target && { target }) }
  return { action }
}

/** What facts must speak of: the object, or what the incident is about when nothing was read of the object. */
function subjectsOf(named: Handle | undefined, { incident, symptoms }: Investigation): readonly Resource[] {
  if (named === undefined) return []
  if (named.seen) return [named.resource]
  return [incident.resource, ...symptoms.map(({ resource }) => resource)].filter((each) => each !== undefined)
}

/** What can do harm must be carried by observations that do not come from one mouth. */
function tooFewKinds(path: string, { type, risk }: CatalogueEntry, kinds: ReadonlySet<string>): readonly string[] {
  const least = risk === 'low' ? 1 : leastKinds
  if (kinds.size >= least) return []
  return [
    `${path}.citations: ${type} needs facts of at least ${least} kinds, of which logs and the incident's own alerts are none, and these have ${kinds.size}; cite more, or leave it out`,
  ]
}
