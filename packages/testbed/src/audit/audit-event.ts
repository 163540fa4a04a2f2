import { z } from 'zod'

/** One line of the API server's audit log: the parts that say who did what to which object. */
export const auditEventSchema = z.object({
  auditID: z.string(),
  stage: z.string(),
  verb: z.string(),
  requestURI: z.string(),
  userAgent: z.string().default(''),
  user: z.object({ username: z.string().optional() }).default({}),
  objectRef: z
    .object({
      apiGroup: z.string().default(''),
      resource: z.string().default(''),
      subresource: z.string().optional(),
      namespace: z.string().optional(),
      name: z.string().optional(),
    })
    .optional(),
  responseStatus: z.object({ code: z.number().optional() }).optional(),
  requestObject: z.unknown().optional(),
  stageTimestamp: z.string(),
})

/** A parsed line of the audit log. */
export type AuditEvent = z.infer<typeof auditEventSchema>
