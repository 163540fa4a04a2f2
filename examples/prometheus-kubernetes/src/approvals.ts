import { type Mendkit, MendkitError, type Principal } from '@mendkit/core'
import { Hono } from 'hono'
import { z } from 'zod'

/** Says who asks; undefined for nobody that is known. */
export type Authenticate = (request: Request) => Principal | undefined

const answerSchema = z.discriminatedUnion('answer', [
  z.strictObject({ answer: z.literal('approve'), digest: z.string(), because: z.string().exactOptional() }),
  z.strictObject({ answer: z.literal('reject'), digest: z.string(), because: z.string('say why').min(1) }),
])
const statuses = { 'not-found': 404, conflict: 409, forbidden: 403 } as const

/**
 * What waits for people, and their answers: `GET /` lists the questions with differences and digests, `POST /:id` takes
 * `{ "answer": "approve" | "reject", "digest": "…", "because": "…" }`, a rejection with the reason. Who asks is a principal of the host, and the engine says whether that
 * one may answer; the digest says what they saw.
 */
export function approvalRoutes(mendkit: Mendkit, authenticate: Authenticate): Hono<{ Variables: { by: Principal } }> {
  const app = new Hono<{ Variables: { by: Principal } }>()
  app.use(async (c, next) => {
    const by = authenticate(c.req.raw)
    if (by === undefined) return c.json({ error: 'send a bearer token that this host knows' }, 401)
    c.set('by', by)
    return next()
  })
  app.get('/', async (c) => c.json(await mendkit.as(c.get('by')).approvals.list()))
  app.post('/:id', async (c) => {
    const given = answerSchema.safeParse(await c.req.json())
    if (!given.success) return c.json({ error: z.prettifyError(given.error) }, 400)
    const { approvals } = mendkit.as(c.get('by'))
    const id = c.req.param('id')
    const { digest, because } = given.data
    await (given.data.answer === 'approve'
      ? approvals.approve(id, { digest, ...(because !== undefined && { because }) })
      : approvals.reject(id, { digest, because: given.data.because }))
    return c.json({ answer: given.data.answer }, 202)
  })
  app.onError((error, c) => {
    if (error instanceof SyntaxError) return c.json({ error: 'the body is not JSON' }, 400)
    if (!MendkitError.is(error)) throw error
    const status = Object.entries(statuses).find(([code]) => code === error.code)?.[1] ?? 503
    return c.json({ error: error.message }, status)
  })
  return app
}
