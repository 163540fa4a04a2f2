import {
  type Approval,
  type Execution,
  type Incident,
  type Plan,
  type PlannedAction,
  type Put,
  redact,
} from '@mendkit/core'
import { expect, test } from 'vitest'
import { blobOf, blobPut } from '../src/engine/blob.ts'
import { explain } from '../src/engine/timeline/explain.ts'
import { type Timeline, timeline } from '../src/engine/timeline/timeline.ts'
import { nodeTypes, parseMarkdown, textOf } from './support/markdown.ts'
import { type Bench, phaseEntry, setUp } from './support/parts.ts'
import { openShop } from './support/shop.ts'

const tenant = 'acme'
const start = Date.UTC(2026, 0, 1)
const evil = '</td><script>x</script> [click](http://evil.test) **now**\n# Approved\n```\n| a | b |\n@everyone'
const resource = { cluster: 'prod', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' }

const planned: PlannedAction = {
  executionId: 'exe_1',
  type: 'shop.restart',
  params: {},
  target: { ...resource, labels: {} },
  risk: 'medium',
  before: {},
  after: {},
  guard: '1',
  fieldsDigest: '',
  diffDigest: '',
  dryRun: 'not-permitted',
  lockKeys: [],
  blastRadius: { resources: [resource], replicas: 3 },
  reversible: true,
  alreadySo: false,
  fenceable: true,
  observations: 2,
  managedBy: [redact('argo-cd')],
  doubts: [redact('readiness-of-target-unproven')],
  mintedAt: start,
}

const incident: Incident = {
  tenant,
  id: 'inc_1',
  cluster: 'prod',
  phase: 'escalated',
  reason: 'undone',
  title: redact('PodCrashLooping Deployment shop/checkout'),
  resource,
  openedAt: start + 12_000,
  phaseSince: start + 300_000,
  deadlines: {},
  diagnoses: 1,
  hadEffect: true,
  voids: {},
  rejectedPlans: [],
  relapses: 1,
  revision: 0,
}

function document<Table extends Extract<Put, { kind: 'document' }>['table']>(table: Table, row: object): Put {
  return { kind: 'document', table, row: { tenant, incidentId: 'inc_1', revision: 0, ...row } } as unknown as Put
}

/** An incident whose every free text is `text`, as rows and entries. */
async function tell(bench: Bench, text: string, { keepTexts = true } = {}): Promise<void> {
  const blobs = Object.fromEntries(
    ['summary', 'diff', 'because', 'failure'].map((role) => [role, blobOf(bench.parts, tenant, `${role} ${text}`)]),
  )
  const digest = (role: string) => blobs[role]?.digest
  const fact = { name: 'container.waiting-reason', kind: 'status', value: text, resource: { ...resource, name: text } }
  const voices = [
    { policy: 'ask-above:low', kind: 'ask', because: `because ${text}` },
    { policy: 'safety.doubts', kind: 'abstain', because: '' },
  ]
  const decision = {
    kind: 'ask',
    voices,
    unasked: 4_998,
    approvers: [
      { names: [redact('approver')], count: 1 },
      { names: [redact('checkout-oncall'), redact('ada')], count: 2 },
    ],
    policyVersion: 'v1',
    autonomy: 'auto',
  }
  const by = { id: text, roles: ['approver'], tenant, via: 'slack' }
  const plan = {
    id: 'pln_1',
    diagnosisId: 'dia_1',
    cause: redact('rules/bad-rollout'),
    at: start + 60_000,
    actions: [{ ...planned, diff: digest('diff') }],
    proofNeeded: false,
    digest: 'd',
    intentDigest: 'i',
    decision,
  }
  const approval: Partial<Approval> = {
    id: 'apr_1',
    planId: 'pln_1',
    proofNeeded: false,
    digest: 'd',
    state: 'used',
    approvers: decision.approvers,
    askedAt: start + 61_000,
    expiresAt: start + 999_000,
    answers: [
      {
        kind: 'approve',
        by,
        reauthenticated: false,
        at: start + 90_000,
        ...(digest('because') && { because: digest('because') as string }),
      },
    ],
  }
  const body = { kind: 'approve', approvalId: 'apr_1', digest: 'd', reauthenticated: false }
  const execution: Partial<Execution> = {
    id: 'exe_1',
    planId: 'pln_1',
    cause: redact('rules/bad-rollout'),
    index: 0,
    state: 'undone',
    type: 'shop.restart',
    params: {},
    target: planned.target,
    risk: 'medium',
    before: null,
    after: null,
    guard: null,
    fieldsDigest: 'f',
    blastRadius: { resources: [], replicas: 1 },
    lockKeys: [],
    fence: 1,
    sends: 2,
    mintedAt: start + 60_000,
    intentAt: start + 91_000,
    deadline: start + 999_000,
    reads: 0,
    measuresBefore: [],
    observedAt: start + 92_000,
    ...(digest('failure') && { failure: digest('failure') as string }),
  }
  const undo: Partial<Execution> = {
    ...execution,
    id: 'exe_2',
    undoes: 'exe_1',
    state: 'succeeded',
    sends: 1,
    intentAt: start + 200_000,
  }
  const alerts = ['a1', 'a2'].map((id, index) => ({
    tenant,
    id,
    source: 'am',
    cluster: 'prod',
    fingerprint: id,
    episode: 1,
    status: 'firing' as const,
    labels: { alertname: index === 0 ? 'PodCrashLooping' : text },
    annotations: {},
    startsAt: new Date(start + index * 1_000).toISOString(),
    lastSeenAt: new Date(start).toISOString(),
    ...(index === 0 && { resource, topmost: resource }),
    correlated: 'done' as const,
    incidentId: 'inc_1',
    missed: 0,
    revision: 0,
  }))
  await bench.commit({
    put: [
      { kind: 'document', table: 'incident', row: { ...incident, title: redact(`${incident.title} ${text}`) } },
      { kind: 'alerts', rows: alerts },
      {
        kind: 'members',
        rows: alerts.map(({ id }) => ({
          tenant,
          incidentId: 'inc_1',
          alertId: id,
          episode: 1,
          joinedAt: new Date(start).toISOString(),
          because: [],
        })),
      },
      document('evidence', {
        id: 'evi_1',
        tool: 'shop.pods',
        input: {},
        collectedAt: start + 30_000,
        facts: [fact],
        warnings: 0,
      }),
      document('diagnosis', {
        id: 'dia_1',
        analyzer: 'rules',
        at: start + 40_000,
        actions: [{ type: 'shop.restart', params: {}, citations: [] }],
        handOver: false,
        symptoms: [],
        hypotheses: [
          {
            cause: 'bad-rollout',
            rootCause: resource,
            confidence: 'high',
            summary: digest('summary'),
            citations: [{ evidenceId: 'evi_1', fact: 0 }, { evidenceId: 'evi_gone' }],
          },
        ],
      }),
      document('plan', plan),
      document('approval', approval),
      document('command', { id: 'cmd_1', state: 'done', by, at: start + 90_000, body, because: digest('because') }),
      document('execution', execution),
      document('execution', undo),
      ...(keepTexts ? Object.values(blobs).map(blobPut) : []),
    ],
    audit: [
      phaseEntry({ type: 'incident-opened', at: start + 12_000, data: { title: redact(text), cluster: 'prod' } }),
      ...[1, 2, 3].map(() =>
        phaseEntry({
          type: 'alerts-correlated',
          at: start + 13_000,
          data: { joined: 100, alerts: '', because: [redact(text)] },
        }),
      ),
      phaseEntry({ subject: { kind: 'incident', id: 'inc_other' } }),
      phaseEntry({
        type: 'command-given',
        at: start + 50_000,
        actor: { kind: 'principal', id: text },
        data: { command: 'cmd_9', kind: 'note' },
        blobs: { note: digest('because') ?? '' },
      }),
      phaseEntry({
        type: 'execution-verified',
        at: start + 199_000,
        data: { execution: 'exe_1', verdict: 'worse', checks: [{ check: text, verdict: 'bad' }] },
      }),
      phaseEntry({
        type: 'notice-failed',
        at: start + 300_000,
        data: { notice: 'n', notifier: 'pager', attempts: 20 },
      }),
      phaseEntry({ type: 'from-a-newer-version' as never, at: start + 300_000, data: {} as never }),
    ],
  })
}

async function markdownOf(bench: Bench): Promise<string> {
  return (await timeline(bench.parts, tenant, 'inc_1', { format: 'markdown' }, bench.ctx)) as string
}

test('as data it holds the texts, the cited facts, the answers and the entries of this incident alone', async () => {
  const bench = await setUp()
  await tell(bench, 'words')
  const told = (await timeline(bench.parts, tenant, 'inc_1', { format: 'json' }, bench.ctx)) as Timeline
  expect(told.impact).toMatchObject({ alerts: 2, firing: 2, suppressed: 0 })
  expect(told.span).toMatchObject({ began: '2026-01-01T00:00:00.000Z', detected: '2026-01-01T00:00:12.000Z' })
  expect(told.span.ended).toBeUndefined()
  expect(told.diagnoses[0]?.hypotheses[0]).toMatchObject({
    summary: { text: 'summary words' },
    citations: [{ tool: 'shop.pods', fact: { value: 'words' } }, { evidenceId: 'evi_gone' }],
  })
  expect(told.plans[0]).toMatchObject({ actions: [{ diff: { text: 'diff words' } }], approvals: [{ id: 'apr_1' }] })
  expect(told.commands).toMatchObject([{ answers: 'apr_1', because: { text: 'because words' } }])
  expect(told.executions.map((each) => each.id)).toEqual(['exe_1', 'exe_2'])
  expect(told.executions[0]).toMatchObject({ verification: { verdict: 'worse' }, failure: { text: 'failure words' } })
  expect(told.events.map((event) => event.seq)).toEqual([0, 1, 2, 3, 5, 6, 7, 8])
})

test('as Markdown it tells the story from impact to follow-ups', async () => {
  const bench = await setUp()
  await tell(bench, 'words')
  const text = await markdownOf(bench)
  const headings = text.split('\n').filter((line) => line.startsWith('## '))
  expect(headings.map((line) => line.slice(3))).toEqual([
    'Summary',
    'Impact',
    'Detection',
    'Diagnosis',
    'Decision',
    'What was done',
    'Verification',
    'Outcome',
    'Timeline',
    'Open questions and follow-ups',
    'Audit',
  ])
  for (const line of [
    '- Status: **escalated to a person**: the fix did not help and was undone',
    '- Cause: `bad-rollout` of `Deployment shop/checkout` (confidence high)',
    '- The earliest alert began at 2026-01-01 00:00:00 UTC',
    '- The incident was opened at 2026-01-01 00:00:12 UTC (12 s later)',
    '- It came back 1 time after it was resolved',
    '**`bad-rollout`** of `Deployment shop/checkout`, confidence high: summary words',
    '- evidence `evi_gone`, which is gone',
    '- Risk: **medium**',
    '- Blast radius: 1 object, at most 3 replicas down at once: `Deployment shop/checkout`',
    '- Preview: there are no credentials for a dry run, so the difference was computed here',
    '- Managed by: `argo-cd`',
    '- Doubts: `readiness-of-target-unproven`',
    'Decision: **left to a person**: `approver`, and 2 of `checkout-oncall` or `ada`',
    '- `ask-above:low` asks a person: because words',
    '- No say: `safety.doubts`',
    '- Not asked: 4998 other policies, which do not apply to it',
    'Asked at 2026-01-01 00:01:01 UTC of `approver`, and 2 of `checkout-oncall` or `ada`: approved by `words` (via `slack`) at 2026-01-01 00:01:30 UTC, saying: because words',
    '- Begun at 2026-01-01 00:01:31 UTC, sent 2 times, each under a guard of its own',
    '- Outcome: **done, and undone again**',
    '- Undoes execution `exe_1`',
    '`shop.restart` on `Deployment shop/checkout`: **worse** at 2026-01-01 00:03:19 UTC',
    '| 2026-01-01 00:00:13 UTC | 1 to 3 | `engine` | 300 alerts joined in 3 batches |',
    '| 2026-01-01 00:00:50 UTC | 5 | `words` | Noted “because words” |',
    '| 2026-01-01 00:05:00 UTC | 8 | `engine` | `from-a-newer-version` |',
    '- Why did `shop.restart` on `Deployment shop/checkout` not help? It was undone; the cause still stands.',
    '- Why did it come back 1 time?',
    '- Which objects are 1 kind of alert about? They name none; add labels or a mapping.',
    '- Why did `pager` not take every notice?',
    '8 entries, the first 0 and the last 8, in the audit log of tenant acme.',
  ]) {
    expect(text.split('\n')).toContain(line)
  }
  expect(text).toContain('```diff\ndiff words\n```')
})

test('texts from outside make no heading, link, markup or HTML, and stay in their places', async () => {
  const quiet = await setUp()
  await tell(quiet, 'words')
  const loud = await setUp()
  await tell(loud, evil)
  const shape = (text: string) => parseMarkdown(text).children.map((child) => child.type)
  const text = await markdownOf(loud)
  expect(shape(text)).toEqual(shape(await markdownOf(quiet)))
  const types = nodeTypes(parseMarkdown(text))
  for (const type of ['link', 'linkReference', 'image', 'html', 'emphasis']) expect([...types]).not.toContain(type)
  expect(textOf(parseMarkdown(text))).toContain('<script>x</script>')
})

test('texts that were erased are marked as erased, and the rest is told', async () => {
  const bench = await setUp()
  await tell(bench, 'words', { keepTexts: false })
  const text = await markdownOf(bench)
  expect(text).toContain('confidence high: *(this text was erased)*')
  expect(text).toContain('which would change:\n\n*(this text was erased)*')
  expect(text).toContain('Noted “*(this text was erased)*”')
})

test('nothing of another tenant is told', async () => {
  const bench = await setUp()
  await tell(bench, 'words')
  const call = timeline(bench.parts, 'other', 'inc_1', { format: 'markdown' }, bench.ctx)
  await expect(call).rejects.toMatchObject({ code: 'not-found' })
})

test('in a long log the entries of an incident are found without reading what came before', async () => {
  let reads = 0
  const bench = await setUp({
    wrap: (store) => ({
      ...store,
      readAudit: (query, ctx) => {
        reads += query.limit
        return store.readAudit(query, ctx)
      },
    }),
  })
  const noise = Array.from({ length: 1_000 }, () =>
    phaseEntry({ at: start - 86_400_000 * 2, subject: { kind: 'incident', id: 'inc_old' } }),
  )
  for (let index = 0; index < 6; index += 1) await bench.commit({ audit: noise })
  await tell(bench, 'words')
  const told = (await timeline(bench.parts, tenant, 'inc_1', { format: 'json' }, bench.ctx)) as Timeline
  expect(told.events).toHaveLength(8)
  expect(reads).toBeLessThan(1_100)
})

test('entries are found also when the clock was wrong while they were written', async () => {
  const bench = await setUp()
  const ahead = Array.from({ length: 1_200 }, () =>
    phaseEntry({ at: start, subject: { kind: 'incident', id: 'inc_old' } }),
  )
  await bench.commit({
    put: [{ kind: 'document', table: 'incident', row: { ...incident, openedAt: start + 86_400_000 } }],
    audit: [
      phaseEntry({ type: 'incident-opened', at: start - 86_400_000, data: { title: redact('t'), cluster: 'prod' } }),
      ...ahead,
    ],
  })
  const told = (await timeline(bench.parts, tenant, 'inc_1', { format: 'json' }, bench.ctx)) as Timeline
  expect(told.events.map((event) => event.type)).toEqual(['incident-opened'])
})

test('a plan is explained: every action, every voice, and the autonomy that holds now', async () => {
  const bench = await setUp({ autonomy: { 'action:shop.restart': 'suggest' } })
  await tell(bench, 'words')
  const text = await explain(bench.parts, tenant, 'pln_1', bench.ctx)
  for (const line of [
    'Action 1: `shop.restart` on `Deployment shop/checkout`',
    '- Risk: **medium**',
    '- Doubts: `readiness-of-target-unproven`',
    'Decision: **left to a person**: `approver`, and 2 of `checkout-oncall` or `ada`',
    '- `ask-above:low` asks a person: because words',
    'Autonomy for this plan now: **suggest** (plans are shown and never carried out)',
  ]) {
    expect(text.split('\n')).toContain(line)
  }
  await expect(explain(bench.parts, 'other', 'pln_1', bench.ctx)).rejects.toMatchObject({ code: 'not-found' })
})

test('a refused action says so, in words that cannot become markup', async () => {
  const bench = await setUp()
  const refused: Partial<Plan> = {
    id: 'pln_2',
    diagnosisId: 'dia_1',
    cause: redact('rules/bad-rollout'),
    at: start,
    proofNeeded: false,
    digest: 'd',
    intentDigest: 'i',
    actions: [{ ...planned, refused: redact(evil) }],
    decision: { kind: 'deny', autonomy: 'suggest', voices: [], unasked: 0, approvers: [], policyVersion: 'v' },
  }
  await bench.commit({ put: [document('plan', refused)] })
  const text = await explain(bench.parts, tenant, 'pln_2', bench.ctx)
  expect(text).toContain('- Refused by the action itself: ')
  expect([...nodeTypes(parseMarkdown(text))]).not.toContain('html')
  expect(text).toContain('No policy was asked.')
})

test('the whole loop, from alert to verified fix, reads as one story', async () => {
  const shop = openShop({ autonomy: { 'namespace:shop': 'approve' } })
  await shop.fire(['CheckoutBroken', 'CartBroken'])
  await shop.until('awaiting-approval')
  const [approval] = await shop.mendkit.approvals.list()
  const ada = shop.mendkit.as({ id: 'ada', roles: ['approver'], tenant: 'default', via: 'test' })
  await ada.approvals.approve(approval?.id ?? '', { digest: approval?.digest ?? '' })
  await shop.until('verifying')
  await shop.clear(['CheckoutBroken', 'CartBroken'])
  await shop.until('resolved')
  const [resolved] = await shop.mendkit.incidents.list()
  const text = await shop.mendkit.incidents.timeline(resolved?.id ?? '', { format: 'markdown' })
  for (const part of [
    '- Status: **resolved**: the fix was verified',
    '2 alerts of 2 kinds about 1 object; none of them fires now.',
    '```diff\n- on: true\n+ on: false\n```',
    'approved by `ada` (via `test`)',
    '- Outcome: **done, and it helped**',
    ': **recovered** at ',
    'What keeps the cause from coming back?',
  ]) {
    expect(text).toContain(part)
  }
  await shop.stop()
})
