import assert from 'node:assert/strict'
import type { Analysis, Analyzer, CallContext, Citation, Investigation } from '@mendkit/core'
import { callContext } from './call-context.ts'
import type { Contract } from './contract.ts'
import { frozen } from './frozen.ts'

/** What the contract needs of an analyzer. */
export interface AnalyzerSubject {
  readonly analyzer: Analyzer
  /** An incident that it explains, and for which it proposes an action of the catalogue. */
  readonly explained: Investigation
  /** An incident that it cannot explain. */
  readonly unexplained: Investigation
}

/** What every analyzer promises. */
export const analyzerContract: Contract<AnalyzerSubject> = [
  {
    says: 'has spec 1 and an id',
    async check(make) {
      const { analyzer } = await make()
      assert.equal(analyzer.spec, 1)
      assert.notEqual(analyzer.id, '')
    },
  },
  {
    says: 'explains by hypotheses with a short code, a summary and citations',
    async check(make) {
      const { hypotheses } = await analyze(await make())
      assert.ok(hypotheses.length > 0, 'the subject must be one that is explained')
      for (const { cause, summary, citations } of hypotheses) {
        assert.match(cause, /^[a-z0-9][a-z0-9-]{0,63}$/)
        assert.match(summary, /\S/)
        assert.ok(citations.length > 0, `hypothesis ${cause} cites nothing`)
      }
    },
  },
  {
    says: 'cites only facts of this incident, for actions too',
    async check(make) {
      const subject = await make()
      const { hypotheses, actions } = await analyze(subject)
      const facts = new Set(subject.explained.facts().map((fact) => keyOf(fact.citation)))
      for (const evidence of subject.explained.evidence()) facts.add(keyOf({ evidenceId: evidence.id }))
      for (const claim of [...hypotheses, ...actions]) {
        assert.ok(claim.citations.length > 0)
        for (const citation of claim.citations)
          assert.ok(facts.has(keyOf(citation)), `${keyOf(citation)} is no fact here`)
      }
    },
  },
  {
    says: 'proposes at most five actions, all of the catalogue, with parameters that are JSON',
    async check(make) {
      const subject = await make()
      const { actions } = await analyze(subject)
      assert.ok(actions.length > 0 && actions.length <= 5)
      for (const { type, params } of actions) {
        assert.ok(
          subject.explained.catalogue.some((entry) => entry.type === type),
          `nobody offers ${type}`,
        )
        assert.deepEqual(JSON.parse(JSON.stringify(params)), params)
      }
    },
  },
  {
    says: 'proposes nothing when nothing is offered',
    async check(make) {
      const { analyzer, explained } = await make()
      const { actions } = await analyzer.analyze({ ...explained, catalogue: [] }, callContext())
      assert.deepEqual(actions, [])
    },
  },
  {
    says: 'leaves what it cannot explain to the next analyzer: no hypothesis, no action',
    async check(make) {
      const { analyzer, unexplained } = await make()
      const { hypotheses, actions } = await analyzer.analyze(unexplained, callContext())
      assert.deepEqual([hypotheses, actions], [[], []])
    },
  },
  {
    says: 'changes nothing that it is given',
    async check(make) {
      const { analyzer, explained } = await make()
      const facts = frozen(structuredClone(explained.facts()))
      const { incident, symptoms, changes, catalogue } = explained
      const given = frozen(structuredClone({ incident, symptoms, changes, catalogue }))
      await analyzer.analyze({ ...explained, ...given, facts: () => facts }, callContext())
    },
  },
  {
    says: 'lets the abort reason through unwrapped, if it stops at all',
    async check(make) {
      const reason = new Error('enough')
      const ctx = callContext({ signal: AbortSignal.abort(reason) })
      const thrown = await analyze(await make(), ctx).then(
        () => reason,
        (error: unknown) => error,
      )
      assert.equal(thrown, reason)
    },
  },
]

function analyze({ analyzer, explained }: AnalyzerSubject, ctx: CallContext = callContext()): Promise<Analysis> {
  return analyzer.analyze(explained, ctx)
}

function keyOf({ evidenceId, fact }: Citation): string {
  return `${evidenceId}#${fact ?? 'all'}`
}
