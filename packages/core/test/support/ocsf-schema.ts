import { z } from 'zod'

/*
 * OCSF 1.5.0 as far as events of an audit log use it, written from the attribute tables of its classes and objects
 * (schema.ocsf.io): what is required, which values an enumeration has, and no attribute that the tables do not name.
 */

const enumeration = (...values: readonly number[]) => z.literal([...values])
const text = z.string().min(1)
const timestamp = z.int().nonnegative()

const product = z.strictObject({
  name: text,
  vendor_name: text.optional(),
  uid: text.optional(),
  version: text.optional(),
})

const metadata = z.strictObject({
  version: z.literal('1.5.0'),
  product,
  uid: text.optional(),
  event_code: text.optional(),
  log_name: text.optional(),
  tenant_uid: text.optional(),
  sequence: z.int().nonnegative().optional(),
  original_time: text.optional(),
  profiles: z.array(text).optional(),
})

const user = z
  .strictObject({ uid: text.optional(), name: text.optional(), type_id: enumeration(0, 1, 2, 3, 4, 99).optional() })
  .refine(({ uid, name }) => uid !== undefined || name !== undefined, 'at least one of account, name, uid')

const actor = z
  .strictObject({ user: user.optional(), app_name: text.optional(), app_uid: text.optional() })
  .refine((given) => Object.keys(given).length > 0, 'at least one of process, user, session, app_name, app_uid')

const findingInfo = z.strictObject({ uid: text, title: text, types: z.array(text).optional() })

const statusOfActivity = enumeration(0, 1, 2, 99)

const base = {
  category_name: text,
  class_name: text,
  activity_name: text.optional(),
  type_uid: z.int(),
  time: timestamp,
  severity_id: enumeration(0, 1, 2, 3, 4, 5, 6, 99),
  message: text.optional(),
  metadata,
  raw_data: text.optional(),
  unmapped: z.record(z.string(), z.unknown()).optional(),
}

const baseEvent = z.strictObject({
  ...base,
  class_uid: z.literal(0),
  category_uid: z.literal(0),
  activity_id: enumeration(0, 99),
})

const detectionFinding = z.strictObject({
  ...base,
  class_uid: z.literal(2004),
  category_uid: z.literal(2),
  activity_id: enumeration(0, 1, 2, 3, 99),
  finding_info: findingInfo,
})

const incidentFinding = z
  .strictObject({
    ...base,
    class_uid: z.literal(2005),
    category_uid: z.literal(2),
    activity_id: enumeration(0, 1, 2, 3, 99),
    finding_info_list: z.array(findingInfo).min(1),
    status_id: enumeration(0, 1, 2, 3, 4, 5, 99),
    assignee: user.optional(),
    assignee_group: z.strictObject({ name: text }).optional(),
  })
  .refine((given) => given.assignee !== undefined || given.assignee_group !== undefined, 'assignee or assignee_group')
  .refine((given) => given.metadata.profiles?.includes('incident'), 'the incident profile is named')

const entityManagement = z.strictObject({
  ...base,
  class_uid: z.literal(3004),
  category_uid: z.literal(3),
  activity_id: enumeration(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 99),
  entity: z
    .strictObject({ type: text.optional(), uid: text.optional(), name: text.optional(), version: text.optional() })
    .refine(({ uid, name }) => uid !== undefined || name !== undefined, 'uid or name'),
  actor: actor.optional(),
  status_id: statusOfActivity.optional(),
})

const applicationLifecycle = z.strictObject({
  ...base,
  class_uid: z.literal(6002),
  category_uid: z.literal(6),
  activity_id: enumeration(0, 1, 2, 3, 4, 5, 6, 7, 8, 99),
  app: product,
})

const apiActivity = z.strictObject({
  ...base,
  class_uid: z.literal(6003),
  category_uid: z.literal(6),
  activity_id: enumeration(0, 1, 2, 3, 4, 99),
  actor,
  api: z.strictObject({ operation: text, request: z.strictObject({ uid: text }).optional() }),
  src_endpoint: z.strictObject({ svc_name: text }),
  resources: z.array(z.strictObject({ name: text, type: text.optional(), uid: text.optional() })).optional(),
  status_id: statusOfActivity.optional(),
})

/** Any event that this schema knows. Throws for one that OCSF would refuse. */
export const ocsfEvent = z
  .discriminatedUnion('class_uid', [
    baseEvent,
    detectionFinding,
    incidentFinding,
    entityManagement,
    applicationLifecycle,
    apiActivity,
  ])
  .refine(({ type_uid, class_uid, activity_id }) => type_uid === class_uid * 100 + activity_id, 'type_uid')
  .refine(({ activity_id, activity_name }) => activity_id !== 99 || activity_name !== undefined, 'activity_name')
