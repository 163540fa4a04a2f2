import {
  type AuditRecord,
  emptyAuditHead,
  type MendkitEvent,
  type OcsfEvent,
  type Principal,
  sealEntries,
  sha256,
  toEvent,
  toOcsf,
} from '@mendkit/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ocsfMapping } from '../src/audit/ocsf/classes.ts'
import { ocsfEvent } from './support/ocsf-schema.ts'
import { openShop, type Shop } from './support/shop.ts'

const anna: Principal = { id: 'anna', roles: ['approver'], tenant: 'default', via: 'test' }
const target = {
  cluster: 'c',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'checkout',
  uid: 'u1',
}

function asOcsf(record: AuditRecord): OcsfEvent {
  return toOcsf({ ...record, event: toEvent(record, new Map()) })
}

async function logOf(shop: Shop): Promise<readonly OcsfEvent[]> {
  return (await shop.mendkit.audit.read({ limit: 1_000 })).map(asOcsf)
}

/** The class of the first event of each type. */
function classes(events: readonly OcsfEvent[]): Record<string, unknown> {
  return Object.fromEntries<unknown>(
    events.map((event) => [event['message'] as string, event['class_uid']] as const).reverse(),
  )
}

describe('entries as OCSF', () => {
  test('of an incident that was asked about, fixed and closed are all valid', async () => {
    const shop = openShop({ autonomy: { 'namespace:shop': 'approve' } })
    onTestFinished(() => shop.stop())
    await shop.fire()
    await shop.until('awaiting-approval')
    const [approval] = await shop.mendkit.approvals.list({ states: ['open'] })
    await shop.mendkit
      .as(anna)
      .approvals.approve(approval?.id ?? '', { digest: approval?.digest ?? '', because: 'looks right' })
    await shop.until('verifying')
    await shop.clear()
    await shop.until('resolved')
    await shop.mendkit.as(anna).incidents.note((await shop.incident()).id, 'well done')
    await shop.until('closed')
    const events = await logOf(shop)
    for (const event of events) expect(() => ocsfEvent.parse(event), JSON.stringify(event)).not.toThrow()
    expect(classes(events)).toMatchObject({
      'engine-started': 6002,
      'alerts-received': 2004,
      'incident-opened': 2005,
      'approval-granted': 3004,
      'command-given': 3004,
      'execution-intended': 6003,
      'execution-observed': 6003,
    })
    const find = (type: string) => events.filter(({ message }) => message === type)
    expect(find('incident-opened')).toMatchObject([{ activity_id: 1, type_uid: 200_501, status_id: 1 }])
    expect(find('phase-changed').at(-1)).toMatchObject({ activity_id: 3, type_uid: 200_503, status_id: 5 })
    expect(find('execution-intended')).toMatchObject([
      {
        api: { operation: 'shop.set-flag' },
        resources: [{ name: 'Flag shop/checkout', type: 'Flag' }],
        actor: { app_name: 'Mendkit' },
      },
    ])
    expect(find('approval-granted')).toMatchObject([
      { actor: { user: { uid: 'anna', type_id: 1 } }, entity: { type: 'approval', uid: approval?.id } },
    ])
  })

  test.each(Object.keys(ocsfMapping))('of type %s are valid, whatever they are about', (type) => {
    // Every field that any type has and the mapping looks at.
    const data = {
      ...{ approval: 'apr_1', command: 'cmd_1', change: 'chg_1', earned: 'e1', execution: 'exe_1', action: 'scale' },
      ...{
        outcome: 'applied',
        state: 'failed',
        to: 'escalated',
        title: 't',
        urgency: 'page',
        alerts: 'd',
        source: 's',
      },
      target,
    }
    for (const kind of ['incident', 'engine'] as const) {
      const event = {
        ...{ seq: 7, type, at: '2026-01-01T00:00:00.000Z', tenant: 'acme', data, texts: { note: { erased: true } } },
        ...{ actor: { kind: 'principal', id: 'anna' }, subject: { kind, id: 'inc_1' } },
      }
      const told = toOcsf({ tenant: 'acme', seq: 7, bytes: Buffer.from('{}'), event: event as never })
      expect(() => ocsfEvent.parse(told), JSON.stringify(told)).not.toThrow()
    }
  })

  test('of a type from the future are base events that say its name', () => {
    const draft = { type: 'moon-landed', at: 0, salt: 'ab'.repeat(16), actor: { kind: 'engine', id: 'engine' } }
    const rest = { subject: { kind: 'engine', id: 'x' }, data: {}, blobs: {} }
    const [event] = sealEntries('acme', emptyAuditHead, [{ ...draft, ...rest } as never]).records.map(asOcsf)
    expect(ocsfEvent.parse(event)).toMatchObject({ class_uid: 0, activity_id: 99, activity_name: 'moon-landed' })
  })

  test('hold the exact text of the entry, and the texts beside it or that they were erased', () => {
    const digest = 'c'.repeat(64)
    const draft = {
      type: 'command-given',
      at: 1_767_225_600_000,
      salt: 'ab'.repeat(16),
      actor: { kind: 'principal', id: 'anna' },
      subject: { kind: 'incident', id: 'inc_1' },
      data: { command: 'cmd_1', kind: 'note' },
      blobs: { note: digest },
    } as const
    const [record] = sealEntries('acme', emptyAuditHead, [draft]).records
    if (record === undefined) throw new Error('nothing was sealed')
    const event = (text: MendkitEvent['texts'][string]) =>
      toOcsf({ ...record, event: toEvent(record, new Map([[digest, text]])) })
    expect(event({ text: 'seen' })).toMatchObject({
      raw_data: Buffer.from(record.bytes).toString('utf8'),
      metadata: { uid: sha256(record.bytes), sequence: 0, tenant_uid: 'acme', event_code: 'command-given' },
      unmapped: { texts: { note: { text: 'seen' } }, data: { kind: 'note' } },
    })
    expect(asOcsf(record)['unmapped']).toMatchObject({ texts: { note: { erased: true } } })
  })
})
