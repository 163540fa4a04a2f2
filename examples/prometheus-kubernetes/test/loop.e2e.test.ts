import { readFile } from 'node:fs/promises'
import type { MendkitEvent } from '@mendkit/core'
import { alertRules, connectTestbed, waitUntil } from '@mendkit/testbed'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { z } from 'zod'
import { openEventStream } from './support/event-stream.ts'
import { startHost } from './support/host.ts'
import { setScene } from './support/scene.ts'
import { ann, approved, asked, inPhase } from './support/watch-loop.ts'

const description = inject('testbed')

const eventList = z.object({
  items: z.array(
    z.object({
      reason: z.string(),
      message: z.string(),
      involvedObject: z.object({ kind: z.string(), name: z.string(), uid: z.string().optional() }),
      source: z.object({ component: z.string().optional() }).default({}),
    }),
  ),
})

/** The order in which the loop's entries must stand in the log. Others may stand between them. */
const story = [
  'alerts-received',
  'incident-opened',
  'evidence-collected',
  'diagnosis-made',
  'plan-made',
  'plan-decided',
  'approval-requested',
  'command-given',
  'approval-granted',
  'execution-intended',
  'execution-observed',
  'execution-verified',
  'execution-ended',
]

describe.skipIf(!description)('the loop on real servers (needs servers)', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    if (description) await connectTestbed(description).reloadPrometheus(alertRules())
  })

  test.concurrent('a rollout that crashes is seen, asked about, rolled back, verified and put on record', async (context) => {
    if (description === undefined) return
    // Alertmanager's posts alone carry this run: the next poll would come when it is over.
    const scene = await setScene(description, context, { poll: { intervalMs: 3_600_000, settledAfterMs: 8_000 } })
    const host = await startHost(scene.options)
    context.onTestFinished(() => host.stop())
    const { mendkit } = host
    const stream = await openEventStream(host.url)
    context.onTestFinished(() => stream.close())
    expect((await fetch(`${host.url}/events`)).status).toBe(401)

    await scene.deploy({ tag: 'v1' })
    await scene.ready('v1', 2)
    await scene.deploy({ tag: 'v2-crash' })

    const question = await asked(mendkit)
    expect(question.actions).toMatchObject([
      { type: 'kubernetes.rollout-undo', risk: 'medium', dryRun: 'done', target: { kind: 'Deployment' } },
    ])
    expect(question.diffs[0]).toMatch(/checkout:v2-crash.*checkout:v1/)
    expect((await scene.testbed.effects({ namespace: scene.namespace })).effects).toEqual([])
    const bob = { ...ann, id: 'bob', roles: ['viewer'] }
    const { digest } = question
    await expect(mendkit.approvals.approve(question.id, { by: bob, digest })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(mendkit.approvals.approve(question.id, { by: ann, digest: 'of-another' })).rejects.toMatchObject({
      code: 'conflict',
    })
    const given = await approved(mendkit)
    const { id } = given

    const incident = await inPhase(mendkit, 'resolved')
    expect(incident).toMatchObject({ reason: 'remediated', resource: { kind: 'Deployment', name: 'checkout' } })
    expect(await mendkit.incidents.list()).toHaveLength(1)
    await scene.ready('v1', 2)

    // The judge: one conditional patch by the account to act, and one Event, both in the name of the one execution.
    const [execution, ...others] = await mendkit.executions.list()
    expect(others).toEqual([])
    expect(execution).toMatchObject({ state: 'succeeded', id: given.actions[0]?.executionId })
    const done = await scene.testbed.effects({ namespace: scene.namespace })
    const username = 'system:serviceaccount:mendkit:mendkit-act'
    expect(done.effects).toMatchObject([
      { verb: 'patch', resource: 'deployments', name: 'checkout', username, executionId: execution?.id },
    ])
    const { uid } = execution?.target ?? {}
    expect(done.effects[0]?.requestObject).toEqual(
      expect.arrayContaining([
        { op: 'test', path: '/metadata/uid', value: uid },
        { op: 'test', path: '/metadata/resourceVersion', value: expect.any(String) },
        { op: 'test', path: '/spec/template', value: expect.anything() },
        { op: 'replace', path: '/spec/template', value: expect.anything() },
      ]),
    )
    expect(done.events).toMatchObject([{ username, executionId: execution?.id }])
    expect(done.fences).toEqual([])
    const events = await scene.testbed.admin.call(eventList, { path: `/api/v1/namespaces/${scene.namespace}/events` })
    expect(events.items.filter((event) => event.source.component === 'mendkit')).toMatchObject([
      { reason: 'MendkitRolloutUndo', involvedObject: { kind: 'Deployment', name: 'checkout', uid } },
    ])
    expect(await refusals(scene.testbed.kubeApi.auditLogPath, scene.namespace)).toEqual([])

    // What was heard came from Alertmanager's webhook, the firing and its end.
    expect(host.polls()).toBeLessThanOrEqual(1)
    const posted = host.deliveries.filter((delivery) => delivery.status === 200 && (delivery.answer.changed ?? 0) > 0)
    expect(posted.length).toBeGreaterThanOrEqual(2)
    const heard = stream.events.filter((event) => event.type === 'alerts-received')
    expect(heard.map((event) => event.data.complete)).toEqual(heard.map(() => false))

    // The approval is used up, people were told, and the record says all of it in order.
    expect(await mendkit.approvals.list({ states: ['used'] })).toMatchObject([{ id, answers: [{ by: { id: 'ann' } }] }])
    await expect(mendkit.approvals.approve(id, { by: ann, digest: given.digest })).rejects.toThrow(/is used/)
    await waitUntil('the last notice', () => host.notices.at(-1)?.urgency === 'info')
    expect(host.notices).toContainEqual(expect.objectContaining({ urgency: 'ask', approvalId: id }))
    expect(await mendkit.audit.verify()).toMatchObject({ verified: true })
    await waitUntil('the stream showing the end', () => stream.events.some(isResolution))
    const seen = stream.events.filter((event) => event.subject.id === incident.id || event.type === 'alerts-received')
    expect(
      inOrder(
        story,
        seen.map((event) => event.type),
      ),
    ).toEqual(story)
    expect(stream.events.map((event) => event.seq)).toEqual(stream.events.map((_, index) => index))
    expect(soakedFor(seen)).toBeGreaterThanOrEqual(scene.options.settings.verification?.soakMs ?? Number.NaN)

    const { diagnoses } = await mendkit.incidents.timeline(incident.id)
    const cited = diagnoses.flatMap((each) => each.hypotheses.flatMap((hypothesis) => hypothesis.citations))
    expect(cited.map((citation) => citation.fact?.name)).toEqual(
      expect.arrayContaining(['pods.current.crash-looping', 'event.restart-back-off', 'rollout.previous-replica-set']),
    )
    expect(await mendkit.incidents.timeline(incident.id, { format: 'markdown' })).toContain('done, and it helped')
  })

  test.concurrent('one pod that wedges among ready siblings is evicted, and its replacement is well', async (context) => {
    if (description === undefined) return
    const scene = await setScene(description, context)
    const host = await startHost(scene.options)
    context.onTestFinished(() => host.stop())
    const { mendkit } = host
    await scene.deploy({ tag: 'v1-wedged-1-of-3', replicas: 3 })
    await scene.ready('v1-wedged-1-of-3', 3)

    const question = await approved(mendkit)
    expect(question.actions).toMatchObject([
      { type: 'kubernetes.evict-pod', risk: 'low', dryRun: 'done', target: { kind: 'Pod' } },
    ])
    expect(await inPhase(mendkit, 'resolved')).toMatchObject({ reason: 'remediated' })
    await scene.ready('v1-wedged-1-of-3', 3)
    const [action] = question.actions
    const done = await scene.testbed.effects({ namespace: scene.namespace })
    expect(done.effects).toMatchObject([
      { verb: 'create', resource: 'pods/eviction', name: action?.target.name, executionId: action?.executionId },
    ])
    expect(done.events).toMatchObject([{ executionId: action?.executionId }])
    expect(await mendkit.executions.list()).toMatchObject([{ state: 'succeeded' }])
    expect(await mendkit.audit.verify()).toMatchObject({ verified: true })
  })
})

function isResolution(event: MendkitEvent): boolean {
  return event.type === 'phase-changed' && event.data.to === 'resolved'
}

/** The longest beginning of `wanted` that can be found in `types` in this order. */
function inOrder(wanted: readonly string[], types: readonly string[]): readonly string[] {
  let from = 0
  for (const [index, type] of wanted.entries()) {
    const at = types.indexOf(type, from)
    if (at < 0) return wanted.slice(0, index)
    from = at + 1
  }
  return wanted
}

/** Milliseconds between the end of the last alert and the verdict. */
function soakedFor(events: readonly MendkitEvent[]): number {
  const cleared = events.findLast((event) => event.type === 'alerts-received' && event.data.statuses.resolved)
  const verified = events.find((event) => event.type === 'execution-verified')
  return Date.parse(verified?.at ?? '') - Date.parse(cleared?.at ?? '')
}

const refusalSchema = z.object({
  userAgent: z.string().default(''),
  requestURI: z.string(),
  responseStatus: z.object({ code: z.number().optional() }).default({}),
})

/** Requests of Mendkit in a namespace that its roles did not allow: the roles of the README must be enough. */
async function refusals(auditLogPath: string, namespace: string): Promise<readonly string[]> {
  const lines = (await readFile(auditLogPath, 'utf8')).split('\n').slice(0, -1)
  return lines
    .map((line) => refusalSchema.parse(JSON.parse(line)))
    .filter((event) => event.userAgent.startsWith('mendkit/') && event.requestURI.includes(namespace))
    .filter((event) => event.responseStatus.code === 403)
    .map((event) => event.requestURI)
}
