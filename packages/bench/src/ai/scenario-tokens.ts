import { type Analyzer, type LanguageModel, modelAnalyzer } from '@mendkit/core'
import { ownScenarios, play, readScenarios } from '@mendkit/eval'
import { type ScriptedModel, scriptedModel } from '@mendkit/testkit'

/** What became of one scenario in which a model was asked. */
export interface Asked {
  readonly model: ScriptedModel
  /** What the tools answered that were read, each whole. */
  readonly outputs: readonly string[]
}

/** Plays the scenarios of `@mendkit/eval` through the engine with a model alone, which cannot tell. */
export async function askAboutScenarios(most: number | undefined): Promise<readonly Asked[]> {
  const asked: Asked[] = []
  for (const scenario of readScenarios(ownScenarios()).slice(0, most)) {
    const model = scriptedModel(() => {
      return { kind: 'object', object: { unresolved: true, hypotheses: [], actions: [], unknowns: [] } }
    })
    const outputs: string[] = []
    await play(scenario, { analyzers: () => [listening(model, outputs)] })
    // Of what heals by itself, or is silenced, nobody asks a model.
    if (model.requests.length > 0) asked.push({ model, outputs })
  }
  return asked
}

function listening(model: LanguageModel, outputs: string[]): Analyzer {
  const analyzer = modelAnalyzer({ model })
  return {
    ...analyzer,
    analyze(investigation, ctx) {
      for (const evidence of investigation.evidence())
        outputs.push(JSON.stringify(evidence.facts) + (investigation.textOf(evidence) ?? ''))
      return analyzer.analyze(investigation, ctx)
    },
  }
}
