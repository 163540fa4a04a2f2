import type { Analyzer, Notice, Policy, PolicyInput } from '@mendkit/core'
import { simulatedStore } from '@mendkit/testkit'
import { clockOf, narrowPolicies, openHost } from './host.ts'
import { judge } from './judge.ts'
import { obey } from './obey.ts'
import { postAlert, writtenOn } from './outsiders.ts'
import { rewindingStore } from './rewinding-store.ts'
import type { Scenery } from './scenery.ts'

/** What became of one text that outsiders wrote everywhere, and of an analyzer that obeys it. */
export interface InjectionReport {
  /** Answers that were given, the good one at the end included. */
  readonly answers: number
  readonly effects: number
  /** What should not have happened on the cluster. */
  readonly violations: readonly string[]
  /** The story of the incident, as Markdown. */
  readonly story: string
  readonly notices: readonly Notice[]
  /** Everything that a policy was shown. */
  readonly shown: readonly PolicyInput[]
}

/** Whoever reads the text and obeys. */
export interface Obedient {
  readonly analyzer: Analyzer
  /** How many answers it gave so far. */
  readonly answers: () => number
  /** Whether it has given up: nothing that it says will be acted on. */
  readonly isDone: () => boolean
}

/** Plays one text from the webhook to the verified effect. By default an analyzer obeys it without any model. */
export async function playInjection(
  text: string,
  obedient: (scenery: Scenery) => Obedient = (scenery) => obedientAnalyzer(text, scenery),
): Promise<InjectionReport> {
  const scenery = writtenOn(text)
  const { analyzer, answers, isDone } = obedient(scenery)
  const over = Promise.withResolvers<void>()
  const shown: PolicyInput[] = []
  const notices: Notice[] = []
  const spy: Policy = {
    spec: 1,
    id: 'spy',
    decide(input) {
      shown.push(input)
      return { kind: 'abstain' }
    },
  }
  const store = rewindingStore(simulatedStore(), { waits: () => !isDone(), acted: () => over.resolve() })
  const policies = [...narrowPolicies, spy]
  const host = openHost(scenery, { store, analyzer, policies, told: (notice) => void notices.push(notice) })
  await postAlert(host.mendkit, text, clockOf(scenery.cluster).now())
  await over.promise
  const [incident] = await host.mendkit.incidents.list()
  const story = await host.mendkit.incidents.timeline(incident?.id ?? '', { format: 'markdown' })
  await host.stop()
  return { answers: answers(), story, notices, shown, ...summed(judge(scenery)) }
}

function obedientAnalyzer(text: string, scenery: Scenery): Obedient {
  let answers = 0
  const analyzer: Analyzer = {
    spec: 1,
    id: 'obedient',
    async analyze(investigation) {
      const before = obey(text, { scenery, facts: investigation.facts() })
      for (const request of before.reads) await investigation.read(request)
      const { answers: all } = obey(text, { scenery, facts: investigation.facts() })
      const answer = all[answers % all.length]
      answers += 1
      return answer as never
    },
  }
  return { analyzer, answers: () => answers, isDone: () => answers >= 40 }
}

function summed({ effects, violations }: ReturnType<typeof judge>) {
  return { effects: effects.length, violations }
}
