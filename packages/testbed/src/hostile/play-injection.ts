import type { Analyzer, Notice, Policy, PolicyInput } from '@mendkit/core'
import { simulatedStore } from '@mendkit/testkit'
import { clockOf, narrowPolicies, openHost } from './host.ts'
import { judge } from './judge.ts'
import { obey } from './obey.ts'
import { postAlert, writtenOn } from './outsiders.ts'
import { rewindingStore } from './rewinding-store.ts'

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

/** Plays one text from the webhook to the verified effect. */
export async function playInjection(text: string): Promise<InjectionReport> {
  const scenery = writtenOn(text)
  const over = Promise.withResolvers<void>()
  const shown: PolicyInput[] = []
  const notices: Notice[] = []
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
  const spy: Policy = {
    spec: 1,
    id: 'spy',
    decide(input) {
      shown.push(input)
      return { kind: 'abstain' }
    },
  }
  const store = rewindingStore(simulatedStore(), { waits: () => answers < 40, acted: () => over.resolve() })
  const policies = [...narrowPolicies, spy]
  const host = openHost(scenery, { store, analyzer, policies, told: (notice) => void notices.push(notice) })
  await postAlert(host.mendkit, text, clockOf(scenery.cluster).now())
  await over.promise
  const [incident] = await host.mendkit.incidents.list()
  const story = await host.mendkit.incidents.timeline(incident?.id ?? '', { format: 'markdown' })
  await host.stop()
  return { answers, story, notices, shown, ...summed(judge(scenery)) }
}

function summed({ effects, violations }: ReturnType<typeof judge>) {
  return { effects: effects.length, violations }
}
