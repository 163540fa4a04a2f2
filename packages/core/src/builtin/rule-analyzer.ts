import canonicalize from 'canonicalize'
import { type CitableFact, type Citation, isObservation } from '../model/evidence.ts'
import { resourceKey } from '../model/resource.ts'
import type { Rule, RuleFinding, RuleView } from '../model/rule.ts'
import type { ActionDraft, Analysis } from '../ports/analysis.ts'
import type { Analyzer } from '../ports/analyzer.ts'
import type { CallContext } from '../ports/context.ts'
import type { Investigation } from '../ports/investigation.ts'
import { message } from '../redact/message.ts'
import { codeRule, isCode, nameRule } from '../redact/names.ts'
import { resourceFault } from '../redact/redact-resource.ts'
import { confidenceOf } from './confidence.ts'

/**
 * Explains incidents by rules. All rules are asked; findings stand in order of how well their facts carry them, to which the
 * incident's own alerts add nothing, then in the order of the rules. The first finding that proposes actions is acted on, and
 * others that propose the same add their citations; what differs is left to a later diagnosis. Any finding can hand the incident over to a person.
 *
 * A rule that throws, that rests on nothing in evidence, or whose cause is no short code, and an action that no integration offers are logged as
 * warnings and left out.
 */
export function ruleAnalyzer(rules: readonly Rule[]): Analyzer {
  return {
    spec: 1,
    id: 'rules',
    async analyze(investigation, ctx) {
      const { incident, symptoms, changes } = investigation
      const view: RuleView = { incident, symptoms, changes, facts: investigation.facts() }
      const findings = rules.flatMap((rule) => findingOf(rule, view, ctx) ?? [])
      return analysisOf(findings.sort(byConfidence), investigation, ctx)
    },
  }
}

function findingOf(rule: Rule, view: RuleView, ctx: CallContext): RuleFinding | undefined {
  try {
    const finding = rule.match(view)
    if (finding === undefined) return undefined
    const fault = faultOf(finding, view.facts)
    if (fault === undefined) return finding
    ctx.log.warn(message`rule ${rule.id} is left out: ${fault}`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    ctx.log.warn(message`rule ${rule.id} is left out because it threw: ${reason}`)
  }
  return undefined
}

/** What keeps a finding from being taken, if anything. */
function faultOf({ seen, cause, rootCause, actions = [] }: RuleFinding, facts: readonly CitableFact[]) {
  if (!restsOn(seen, facts)) return 'it must name at least one fact, and only facts of this incident'
  if (!isCode(cause)) return `its cause ${codeRule}`
  const resources = [rootCause, ...actions.map(({ target }) => target)].flatMap((each) => each ?? [])
  return resources.some((each) => resourceFault(each) !== undefined) ? `a part of a resource ${nameRule}` : undefined
}

function restsOn(seen: readonly CitableFact[], facts: readonly CitableFact[]): boolean {
  const known = new Set(facts.map((fact) => citationKey(fact.citation)))
  return seen.length > 0 && seen.every((fact) => known.has(citationKey(fact.citation)))
}

function byConfidence(a: RuleFinding, b: RuleFinding): number {
  const order = ['high', 'medium', 'low']
  const placeOf = ({ seen }: RuleFinding) => order.indexOf(confidenceOf(seen.filter(isObservation)))
  return placeOf(a) - placeOf(b)
}

function analysisOf(findings: readonly RuleFinding[], { catalogue }: Investigation, ctx: CallContext): Analysis {
  const proposals = findings.map((finding) =>
    draftsOf(finding).filter((action) => {
      const offered = catalogue.some((entry) => entry.type === action.type)
      if (!offered)
        ctx.log.warn(message`no integration offers the action ${action.type} that a rule proposes for ${finding.cause}`)
      return offered
    }),
  )
  const leading = proposals.find((actions) => actions.length > 0) ?? []
  return {
    hypotheses: findings.map(({ cause, summary, rootCause, seen }) => ({
      cause,
      summary,
      citations: seen.map((fact) => fact.citation),
      ...(rootCause && { rootCause }),
    })),
    actions: mergeSame(leading, proposals.flat()),
    handOver: findings.some((finding) => finding.handOver === true),
  }
}

function draftsOf(finding: RuleFinding): readonly ActionDraft[] {
  const citations = finding.seen.map((fact) => fact.citation)
  return (finding.actions ?? []).map((action) => ({ ...action, citations }))
}

/** Each proposal once, citing all that speaks for it. */
function mergeSame(leading: readonly ActionDraft[], all: readonly ActionDraft[]): readonly ActionDraft[] {
  const distinct = new Map(leading.map((action) => [actionKey(action), action]))
  return [...distinct].map(([key, action]) => {
    const citations = all.filter((other) => actionKey(other) === key).flatMap((other) => other.citations)
    return { ...action, citations: [...new Map(citations.map((each) => [citationKey(each), each])).values()] }
  })
}

function actionKey({ type, params, target }: ActionDraft): string {
  return canonicalize([type, params, target === undefined ? '' : resourceKey(target)]) ?? type
}

function citationKey({ evidenceId, fact }: Citation): string {
  return `${evidenceId}#${fact ?? ''}`
}
