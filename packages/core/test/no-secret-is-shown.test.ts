import {
  type Action,
  type Analysis,
  type Analyzer,
  type Check,
  createMendkit,
  defineEvidence,
  defineNotifier,
  defineRule,
  type Integration,
  MendkitError,
  type Policy,
  type Principal,
  type Resource,
} from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { allThatIsShown, keptLog, type Secrets, secretsOf, shapes } from './support/secrets.ts'
import { freshWorld, openShop, type Shop, setFlag } from './support/shop.ts'

const ann: Principal = { id: 'ann', roles: ['approver'], tenant: 'default', via: 'oidc' }

function resourceWith(secrets: Secrets, where: string): Resource {
  const part = (name: string) => secrets.in(`${where}.${name}`)
  return {
    cluster: part('cluster'),
    apiVersion: part('apiVersion'),
    kind: part('kind'),
    namespace: part('namespace'),
    name: part('name'),
    uid: part('uid'),
  }
}

/** A source of evidence, a topology and a detector that write secrets wherever they can. */
function talkative(secrets: Secrets): Integration {
  const fact = {
    name: secrets.in('fact.name'),
    kind: 'event' as const,
    value: secrets.in('fact.value'),
    resource: resourceWith(secrets, 'fact.resource'),
  }
  return {
    evidence: [
      defineEvidence({
        id: 'talkative',
        tools: [
          {
            name: 'talkative.read',
            description: 'reads',
            input: z.object({ query: z.string() }),
            read: async () => ({
              facts: [fact],
              text: secrets.in('reading.text'),
              warnings: [secrets.in('reading.warning')],
              resource: resourceWith(secrets, 'reading.resource'),
            }),
          },
          {
            name: 'talkative.broken',
            description: 'fails',
            input: z.object({}),
            read: () => Promise.reject(new Error(secrets.in('tool error'))),
          },
        ],
        gather: async () => [
          { tool: 'talkative.read', input: { query: secrets.in('tool input') } },
          { tool: 'talkative.broken', input: {} },
          { tool: secrets.in('unknown tool'), input: {} },
        ],
      }),
    ],
    detectors: [
      {
        spec: 1,
        id: 'broken',
        alerts: () => ({
          [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error(secrets.in('detector error'))) }),
        }),
      },
    ],
    topology: [{ spec: 1, id: 'broken', owners: () => Promise.reject(new Error(secrets.in('topology error'))) }],
  }
}

function rulesWith(secrets: Secrets): Integration['rules'] {
  const actions = [{ type: 'shop.set-flag', params: { on: false, [secrets.in('param name')]: secrets.in('param') } }]
  return [
    defineRule({
      id: 'good',
      description: 'the flag is on',
      match: ({ facts }) => ({ seen: facts, cause: 'bad-flag', summary: secrets.in('summary'), actions }),
    }),
    defineRule({
      id: 'bad-cause',
      description: 'says too much',
      match: ({ facts }) => ({ seen: facts, cause: secrets.in('cause'), summary: 'x' }),
    }),
    defineRule({
      id: 'bad-root',
      description: 'names a secret',
      match: ({ facts }) => ({
        seen: facts,
        cause: 'bad-root',
        summary: 'x',
        rootCause: resourceWith(secrets, 'rootCause'),
      }),
    }),
    defineRule({
      id: 'broken',
      description: 'throws',
      match: () => {
        throw new Error(secrets.in('rule error'))
      },
    }),
  ]
}

function policiesWith(secrets: Secrets): readonly Policy[] {
  return [
    {
      spec: 1,
      id: 'asks',
      decide: () => ({
        kind: 'ask',
        because: secrets.in('policy because'),
        approvers: ['approver', secrets.in('approver')],
      }),
    },
    { spec: 1, id: 'silent', decide: () => ({ kind: 'abstain', because: secrets.in('abstention because') }) },
  ]
}

function checksWith(secrets: Secrets): readonly Check[] {
  return [
    {
      spec: 1,
      id: 'health',
      kind: 'health',
      applies: () => true,
      check: async () => ({ verdict: 'good', because: secrets.in('check because') }),
    },
    {
      spec: 1,
      id: 'broken',
      kind: 'health',
      applies: () => true,
      check: () => Promise.reject(new Error(secrets.in('check error'))),
    },
  ]
}

/** The shop's action, with secrets in all that it says. */
function actionWith(secrets: Secrets, more: { refuses?: boolean; fails?: boolean }): Action {
  const action = setFlag(freshWorld()) as Action
  return {
    ...action,
    preview: async (input, ctx) => {
      const preview = await action.preview({ ...input, params: { on: false } }, ctx)
      return {
        ...preview,
        target: { ...preview.target, labels: { app: 'shop', note: secrets.in('target label') } } as never,
        diff: secrets.in('diff'),
        doubts: [secrets.in('doubt')],
        managedBy: [secrets.in('manager')],
        lockKeys: [secrets.in('lock key')],
        blastRadius: { resources: [resourceWith(secrets, 'blastRadius')], replicas: 1 },
        ...(more.refuses && { refused: secrets.in('refused') }),
      }
    },
    execute: async (input, ctx) => {
      if (more.fails) throw new MendkitError('rejected', secrets.in('execute error'))
      return action.execute(input, ctx)
    },
    observe: async (input, ctx) => action.observe(input, ctx),
  }
}

interface Scene {
  readonly shop: Shop
  readonly secrets: Secrets
  readonly kept: ReturnType<typeof keptLog>
  /** What was thrown at the host. */
  readonly thrown: unknown[]
  /** What the host was answered. */
  readonly answers: unknown[]
}

function openScene(
  shape: (word: string) => string,
  more: { refuses?: boolean; fails?: boolean; analyzers?: (secrets: Secrets) => readonly Analyzer[] } = {},
): Scene {
  const secrets = secretsOf(shape)
  const kept = keptLog()
  const shop = openShop({
    autonomy: { 'namespace:shop': 'approve' },
    action: actionWith(secrets, more) as never,
    rules: rulesWith(secrets) ?? [],
    checks: checksWith(secrets),
    policies: policiesWith(secrets),
    integrations: [talkative(secrets)],
    notifiers: [defineNotifier({ id: 'broken', send: () => Promise.reject(new Error(secrets.in('notifier error'))) })],
    settings: {
      verification: { soakMs: 0 },
      correlators: [
        {
          spec: 1,
          id: 'talkative',
          keys: () => [{ key: 'all', withinMs: Number.POSITIVE_INFINITY, because: secrets.in('correlator because') }],
        },
        {
          spec: 1,
          id: 'broken',
          keys: () => {
            throw new Error(secrets.in('correlator error'))
          },
        },
      ],
    },
    log: kept.log,
    ...(more.analyzers && { analyzers: more.analyzers(secrets) }),
  })
  return { shop, secrets, kept, thrown: [], answers: [] }
}

/** Alerts with secrets in every text that a source can write. */
async function fire({ shop, secrets }: Scene): Promise<void> {
  const { mendkit, clock } = shop
  await mendkit.ingest({
    source: 'am',
    complete: false,
    asOf: new Date(clock.now()).toISOString(),
    alerts: [
      {
        labels: {
          alertname: `Broken ${secrets.in('alertname')}`,
          flag: secrets.in('mapped name'),
          extra: secrets.in('label'),
        },
        annotations: { summary: secrets.in('annotation'), [secrets.in('annotation name')]: 'x' },
        generatorUrl: secrets.in('generatorUrl'),
      },
      { labels: { alertname: 'Broken too' } },
      { labels: { alertname: 'Bad time', [secrets.in('label name')]: 'x' }, startsAt: secrets.in('startsAt') },
      { labels: { alertname: 'Bad label', [secrets.in('bad label name')]: 5 as never } },
    ],
  })
}

/** What the host and its people write, where it is taken and redacted. */
async function write({ shop, secrets, answers }: Scene, incidentId: string): Promise<void> {
  const { mendkit } = shop
  await mendkit.as(ann).incidents.note(incidentId, secrets.in('note'))
  const change = await mendkit.recordChange({
    kind: 'deploy',
    by: secrets.in('change by'),
    url: secrets.in('change url'),
    labels: { team: 'shop' },
  })
  answers.push(change)
}

/** What the host and its people write into names, where it is refused. */
async function writeNames({ shop, secrets, thrown }: Scene): Promise<void> {
  const { mendkit } = shop
  const asOf = new Date(shop.clock.now()).toISOString()
  const batch = { source: 'am', complete: false, asOf, alerts: [] }
  const person = (over: Partial<Principal>) => () => mendkit.as({ ...ann, ...over })
  const change = (over: object) => () => mendkit.recordChange({ kind: 'deploy', labels: { team: 'shop' }, ...over })
  const attempts: readonly (() => unknown)[] = [
    () => mendkit.ingest({ ...batch, source: secrets.in('source') }),
    () => mendkit.ingest({ ...batch, cluster: secrets.in('batch cluster') }),
    () => mendkit.ingest(batch, { tenant: secrets.in('batch tenant') }),
    person({ id: secrets.in('principal id') }),
    person({ via: secrets.in('principal via') }),
    person({ tenant: secrets.in('principal tenant') }),
    person({ roles: [secrets.in('principal role')] }),
    change({ kind: secrets.in('change kind') }),
    change({ resource: resourceWith(secrets, 'change resource') }),
    change({ labels: { team: secrets.in('change label') } }),
    change({ labels: { [secrets.in('change label name')]: 'x' } }),
    change({ [secrets.in('unknown field')]: 'x' }),
    () => mendkit.incidents.close(secrets.in('incident id')),
    () => mendkit.incidents.timeline(secrets.in('timeline id')),
    () => mendkit.explain(secrets.in('plan id')),
    () => mendkit.approvals.approve(secrets.in('approval id'), { by: ann, digest: 'x' }),
    () => mendkit.executions.settle(secrets.in('execution id'), { by: ann, outcome: 'applied', because: 'x' }),
  ]
  for (const attempt of attempts) {
    const refused = await (async () => attempt())().then(
      () => expect.unreachable(`a secret in a name was taken: ${attempt}`),
      (error: unknown) => error,
    )
    expect(refused).toBeInstanceOf(MendkitError)
    thrown.push(refused)
  }
}

/** The fields whose secret shows, by where it shows. */
async function leaks(scene: Scene): Promise<Readonly<Record<string, readonly string[]>>> {
  const errors = scene.thrown.map((error) => (error instanceof MendkitError ? `${error} ${error.path}` : `${error}`))
  const shown = {
    ...(await allThatIsShown(scene.shop, scene.kept)),
    errors: errors.join('\n'),
    answers: JSON.stringify(scene.answers),
  }
  const found = Object.entries(shown).map(([where, text]) => [where, scene.secrets.shownBy(text)] as const)
  return Object.fromEntries(found.filter(([, fields]) => fields.length > 0))
}

describe.each(Object.entries(shapes))('a secret in the shape of %s, written into every field', (_, shape) => {
  test('shows nowhere when a plan is approved, carried out and verified', async () => {
    const scene = openScene(shape)
    const { shop, secrets } = scene
    await fire(scene)
    await shop.until('awaiting-approval')
    const { id } = await shop.incident()
    await write(scene, id)
    await writeNames(scene)
    const [asked] = await shop.mendkit.approvals.list()
    const answer = { by: ann, digest: asked?.digest ?? '', because: secrets.in('approval because') }
    await shop.mendkit.approvals.approve(asked?.id ?? '', answer)
    await shop.until('verifying')
    expect(await leaks(scene)).toEqual({})
    const shown = await allThatIsShown(shop, scene.kept)
    const silent = Object.entries(shown).filter(([where, text]) => where !== 'metrics' && !text.includes('[redacted:'))
    expect(silent.map(([where]) => where)).toEqual([])
    await shop.stop()
  })

  test('shows nowhere when a preview refuses and a person closes the incident', async () => {
    const scene = openScene(shape, { refuses: true })
    const { shop, secrets } = scene
    await fire(scene)
    await shop.until('handed-over')
    await shop.mendkit.as(ann).incidents.close((await shop.incident()).id, { because: secrets.in('close because') })
    await shop.until('closed')
    expect(await leaks(scene)).toEqual({})
    await shop.stop()
  })

  test('shows nowhere when an action fails', async () => {
    const scene = openScene(shape, { fails: true })
    const { shop } = scene
    await fire(scene)
    await shop.until('awaiting-approval')
    const [asked] = await shop.mendkit.approvals.list()
    await shop.mendkit.approvals.approve(asked?.id ?? '', { by: ann, digest: asked?.digest ?? '' })
    await shop.until('escalated')
    expect(await leaks(scene)).toEqual({})
    await shop.stop()
  })

  test.each<[string, (secrets: Secrets) => Partial<Analysis['hypotheses'][number]>]>([
    ['a cause', (secrets) => ({ cause: secrets.in('cause') })],
    ['a root cause', (secrets) => ({ rootCause: resourceWith(secrets, 'rootCause') })],
  ])(
    'shows nowhere when an analyzer answers it as %s: the diagnosis fails, and names the field',
    async (_what, over) => {
      const scene = openScene(shape, { analyzers: (secrets) => [analyzerThatSays(over(secrets))] })
      await fire(scene)
      await scene.shop.until('handed-over')
      expect(await scene.shop.incident()).toMatchObject({ reason: 'analysis-failed' })
      expect(scene.kept.lines.join('\n')).toMatch(/analyzer own: hypotheses\[0\]\.(?:cause|rootCause\.cluster) must be/)
      expect(await leaks(scene)).toEqual({})
      await scene.shop.stop()
    },
  )
})

test('an id of a plug-in that holds a secret is refused by its path, and not repeated', () => {
  const id = 'token=s3cr3tW0rd000Zq'
  const create = () => createMendkit({ policies: [{ spec: 1, id, decide: () => ({ kind: 'abstain' }) }] })
  expect(create).toThrow(expect.objectContaining({ code: 'config', path: 'policies.0.id' }))
  expect(create).not.toThrow(/s3cr3t/)
})

function analyzerThatSays(over: Partial<Analysis['hypotheses'][number]>): Analyzer {
  return {
    spec: 1,
    id: 'own',
    analyze: async (investigation) => ({
      hypotheses: [
        { cause: 'x', summary: 'x', citations: investigation.facts().map(({ citation }) => citation), ...over },
      ],
      actions: [],
    }),
  }
}
