import type { Command } from '../../run/command.ts'
import { momentOf } from '../../run/moment.ts'
import { UsageError } from '../../run/usage-error.ts'
import { reading, storeOptions } from '../../store/session.ts'
import { listing, pairs, type Screen } from '../../terminal/screen.ts'
import { momentWithAge } from '../../terminal/time.ts'
import { readPolicies } from './read-policies.ts'
import { type Replay, replay } from './replay.ts'

/** `mendkit policy test` */
export const policyTest: Command = {
  name: 'policy test',
  summary:
    'What a policy document would have decided about the plans in the store, each as of its own time, beside what was decided. Writes nothing. The document stands for all policies of the host; those that nobody can switch off are added. Autonomy levels are left out on both sides. Exits with 3 when a plan would have been decided differently.',
  options: {
    policies: { type: 'string', value: 'file', says: 'the document, as policiesFrom() takes it' },
    since: { type: 'string', value: 'time', says: 'plans since then: 30d, 12h, 90m ago, or 2026-10-01 [default: 30d]' },
    ...storeOptions,
  },
  examples: [
    'mendkit policy test --policies policies.json',
    'mendkit policy test --policies policies.json --since 7d --json',
  ],
  async run(call) {
    const { args, io } = call
    const file = args.required('policies', 'the file with the document')
    const since = momentOf('since', args.text('since') ?? '30d', io.now())
    if (Date.parse(since) >= io.now()) throw new UsageError('--since is not in the past')
    const policies = await readPolicies(file)
    const lookBackMs = Math.max(...policies.map((policy) => policy.lookBackMs ?? 0))
    return reading(
      call,
      async (session) => {
        const found = await replay(session, policies, since)
        const { differences, totals, complete } = found
        return {
          json: { tenant: session.by.tenant, policies: file, since, ...totals, complete, differences },
          differs: differences.length > 0,
          text: (screen) => replayText(found, since, screen),
        }
      },
      { lookBackMs },
    )
  },
}

function replayText({ differences, totals, complete }: Replay, since: string, screen: Screen): string {
  const counts = ({ allow, ask, deny }: Replay['totals']['was']) => `${allow} allowed, ${ask} asked, ${deny} denied`
  const facts = pairs(
    [
      ['Since', momentWithAge(Date.parse(since), screen.now)],
      ['Plans', String(totals.plans)],
      ['Were', counts(totals.was)],
      ['Would be', counts(totals.wouldBe)],
      ['Different', String(totals.changed)],
      ...(totals.leftOut === 0
        ? []
        : [['Left out', `${totals.leftOut}: their incidents are gone or unreadable`] as const]),
      ...(complete ? [] : [['Past', 'cut off: more happened than is read, so policies that count asked'] as const]),
    ],
    screen,
  )
  if (differences.length === 0) return facts
  const rows = differences.map(({ plan, at, was, wouldBe, because, unasked, actions }) => ({
    cells: [plan, momentWithAge(Date.parse(at), screen.now), `${was} → ${wouldBe}`],
    below: `${actions.map(({ type, target }) => `${type} on ${target}`).join(', ')}: ${because.join('; ') || 'no policy allows it'}${unaskedWords(unasked)}`,
  }))
  return `${facts}\n\n${listing(['PLAN', 'MADE', 'DECISION'], rows, screen)}`
}

function unaskedWords(unasked: number): string {
  if (unasked === 0) return ''
  return ` (${unasked} ${unasked === 1 ? 'policy of the document does' : 'policies of the document do'} not apply)`
}
