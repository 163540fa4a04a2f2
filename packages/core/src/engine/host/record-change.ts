import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import type { RecordedChange } from '../../model/evidence.ts'
import type { Principal } from '../../model/principal.ts'
import type { Resource } from '../../model/resource.ts'
import { once } from '../../once.ts'
import { message } from '../../redact/message.ts'
import { codeSchema, isName, isObjectName, nameRule, nameSchema } from '../../redact/names.ts'
import { redact } from '../../redact/redact.ts'
import { changesSetting } from '../changes.ts'
import { draft } from '../draft.ts'
import type { Engine } from './engine.ts'
import { actorOf, writeSetting } from './write.ts'

/** A change as the host tells of it: at least one of `resource` and `labels`. */
export interface ChangeInput {
  /** A short code such as `deployment`, `flag` or `configuration`: it stands in the audit log as it is. */
  readonly kind: string
  /** ISO 8601. @default now */
  readonly at?: string
  readonly by?: string
  readonly url?: string
  readonly resource?: Resource
  /** Alerts that carry all of these labels may stem from it. */
  readonly labels?: Readonly<Record<string, string>>
}

const changeShape = once(() => {
  const objectName = z.string().min(1).refine(isObjectName, nameRule)
  const resourceShape = z.strictObject({
    cluster: objectName,
    apiVersion: objectName,
    kind: objectName,
    namespace: objectName.optional(),
    name: objectName,
    uid: objectName.optional(),
  })

  return z
    .strictObject({
      kind: codeSchema,
      at: z.iso.datetime({ offset: true }).optional(),
      by: z.string().max(1_024).optional(),
      url: z.string().max(4_096).optional(),
      resource: resourceShape.optional(),
      labels: z
        .record(
          nameSchema,
          z.string().refine((text) => text === '' || isName(text), nameRule),
        )
        .optional(),
    })
    .refine(({ resource, labels }) => resource !== undefined || Object.keys(labels ?? {}).length > 0, {
      message: 'name a resource or labels, else the change could be the cause of nothing',
      path: ['resource'],
    })
})

/** Stores a change. Throws `invalid` with the path of the bad field. */
export async function recordChange(engine: Engine, principal: Principal, input: ChangeInput): Promise<RecordedChange> {
  const parsed = changeShape().safeParse(input)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const path = ['change', ...(issue?.path ?? [])].join('.')
    throw new MendkitError('invalid', message`${path}: ${issue?.message ?? 'is not valid'}`, { path: redact(path) })
  }
  await engine.ready()
  const { parts } = engine
  const { kind, at, by, url, labels } = parsed.data
  const change: RecordedChange = {
    tenant: principal.tenant,
    id: parts.ids.next('chg'),
    kind,
    at: at === undefined ? parts.clock.now() : Date.parse(at),
    ...(by !== undefined && { by: redact(by) }),
    ...(url !== undefined && { url: redact(url) }),
    ...(input.resource && { resource: input.resource }),
    ...(labels && { labels }),
    state: 'new',
    revision: 0,
  }
  const data = { change: change.id, kind, ...(change.resource && { resource: change.resource }) }
  const entry = draft(parts, 'change-recorded', { kind: 'change', id: change.id }, data, { actor: actorOf(principal) })
  const more = { put: [{ kind: 'document', table: 'change', row: change }], audit: [entry] } as const
  await writeSetting(parts, principal.tenant, changesSetting, null, more, engine.context())
  return change
}
