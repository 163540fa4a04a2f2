import { judge, type ScenarioResult } from './judge/judge.ts'
import { rulesOnly } from './play/analyzers.ts'
import { play } from './play/play.ts'
import type { MakeAnalyzers } from './play/play-through.ts'
import type { Scenario } from './scenario/schema.ts'

/** How scenarios are evaluated. */
export interface EvaluateOptions {
  /** @default the rules of the integrations alone */
  readonly analyzers?: MakeAnalyzers
  readonly signal?: AbortSignal
}

/** Plays scenarios one after the other and yields what each came to, as soon as it is judged. */
export async function* evaluate(
  scenarios: Iterable<Scenario>,
  { analyzers = rulesOnly, signal }: EvaluateOptions = {},
): AsyncIterable<ScenarioResult> {
  for (const scenario of scenarios) {
    yield judge(scenario, await play(scenario, { analyzers, ...(signal !== undefined && { signal }) }))
  }
}
