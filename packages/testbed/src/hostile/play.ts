import type { Analyzer, Policy } from '@mendkit/core'
import { type Chance, seededChance, simulatedStore } from '@mendkit/testkit'
import { nextCase } from './generate.ts'
import { openHost } from './host.ts'
import type { HostileCase, Sight } from './hostile-case.ts'
import { judge } from './judge.ts'
import { reasonOf } from './reasons.ts'
import { rememberingEvidence } from './remembered-evidence.ts'
import { rewindingStore } from './rewinding-store.ts'
import { openScenery } from './scenery.ts'
import { openSteps } from './steps.ts'

/** What is played. */
export interface PlayOptions {
  readonly seed: number
  /** How many answers the analyzer gives in all. */
  readonly cases: number
  /** One in so many goes through a whole engine; so does each that the steps let through. @default 100 */
  readonly wholeEvery?: number
  /** @default the narrow ones of `openHost` */
  readonly policies?: readonly Policy[]
  /** @default the generator of all hostile answers */
  readonly next?: (chance: Chance, sight: Sight) => HostileCase
}

/** What came of it. */
export interface PlayReport {
  readonly cases: number
  /** How many of them went through a whole engine. */
  readonly whole: number
  /** How often each kind of answer was given. */
  readonly kinds: ReadonlyMap<string, number>
  /** How often the steps ended in each phase. */
  readonly ends: ReadonlyMap<string, number>
  /** Effects on the clusters, by their own request logs. */
  readonly effects: number
  /** What should not have happened: effects outside policy, refusals that do not say why, steps that failed. */
  readonly violations: readonly string[]
}

const casesPerWorld = 5_000
const mostViolations = 20

/**
 * Lets an analyzer answer whatever it likes and lets the engine deal with it, with autonomy `auto` and a policy that gives away
 * one action. Every answer is taken through the engine's own steps `diagnose` and `decide`, with previews and dry runs of the
 * real Kubernetes adapter. One in a hundred, and every one that these two let through, goes through a whole engine as well:
 * intake, worker, lease, both steps, journal, effect.
 */
export async function playHostile(options: PlayOptions): Promise<PlayReport> {
  const report: Tally = { cases: 0, whole: 0, kinds: new Map(), ends: new Map(), effects: 0, violations: [] }
  const chance = seededChance(options.seed)
  while (report.cases < options.cases && report.violations.length < mostViolations) {
    const left = Math.min(casesPerWorld, options.cases - report.cases)
    await playSteps(chance, { ...options, cases: left }, report)
  }
  return report
}

type Tally = { -readonly [Key in keyof PlayReport]: PlayReport[Key] } & {
  readonly kinds: Map<string, number>
  readonly ends: Map<string, number>
  readonly violations: string[]
}

async function playSteps(chance: Chance, options: PlayOptions, tally: Tally): Promise<void> {
  const { cases, wholeEvery = 100, policies, next = nextCase } = options
  const scenery = openScenery()
  const again: number[] = []
  let current: HostileCase | undefined
  let seed = 0
  const analyzer = modelThat((sight) => {
    seed = chance.below(2 ** 32)
    current = next(seededChance(seed), sight)
    return current
  }, scenery)
  const step = await openSteps(scenery, analyzer, policies)
  for (let index = 0; index < cases && tally.violations.length < mostViolations; index += 1) {
    const { phase, reason } = await step()
    tally.cases += 1
    count(tally.ends, phase)
    count(tally.kinds, current?.kind ?? 'none')
    const isLetThrough = phase === 'remediating'
    if (isLetThrough) count(tally.ends, `let through: ${current?.kind}`)
    if (isLetThrough || index % wholeEvery === 0) again.push(seed)
    if (!isLetThrough) explain(current, reason, tally)
  }
  judged(scenery, 'without a whole engine', tally)
  await playWhole(again, options, tally)
}

/** Plays the cases of these seeds through whole engines: one after the other on one incident, until an effect ends it. */
async function playWhole(seeds: readonly number[], { policies, next = nextCase }: PlayOptions, tally: Tally) {
  for (let done = 0; done < seeds.length && tally.violations.length < mostViolations; ) {
    const scenery = openScenery()
    const over = Promise.withResolvers<void>()
    let current: HostileCase | undefined
    const analyzer = modelThat((sight) => {
      current = next(seededChance(seeds[done] ?? 0), sight)
      done += 1
      tally.whole += 1
      return current
    }, scenery)
    const store = rewindingStore(simulatedStore(), {
      waits(ending) {
        explain(current, reasonOf(ending), tally)
        if (done >= seeds.length) over.resolve()
        return done < seeds.length
      },
      acted: () => over.resolve(),
    })
    const logged = (line: string) => {
      if (!line.startsWith('a step of incident')) return
      tally.violations.push(`${current?.kind}: ${line.slice(0, 500)}`)
      over.resolve()
    }
    const host = openHost(scenery, {
      store,
      analyzer,
      through: rememberingEvidence,
      logged,
      ...(policies && { policies }),
    })
    await host.fire()
    await over.promise
    await host.stop()
    judged(scenery, current?.kind ?? 'none', tally)
  }
}

function modelThat(next: (sight: Sight) => HostileCase, scenery: Sight['scenery']): Analyzer {
  return {
    spec: 1,
    id: 'model',
    // Whatever it is: that is the point.
    analyze: async (investigation, ctx) =>
      next({ scenery, facts: investigation.facts() }).answer(investigation, ctx) as never,
  }
}

function explain(current: HostileCase | undefined, reason: string, { violations }: Tally): void {
  if (current?.names.some((name) => name.test(reason)) === true) return
  violations.push(`${current?.kind}: the refusal does not say why: ${reason.slice(0, 500)}`)
}

function judged(scenery: Sight['scenery'], kind: string, tally: Tally): void {
  const { effects, violations } = judge(scenery)
  tally.effects += effects.length
  for (const violation of violations) tally.violations.push(`${kind}: ${violation}`)
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}
