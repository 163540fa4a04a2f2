import { type Mendkit, MendkitError, type Principal, sse } from '@mendkit/core'
import { Hono } from 'hono'
import { z } from 'zod'

/** Says who asks; undefined for nobody that is known. Yours asks your identity provider. */
export type Authenticate = (request: Request) => Principal | undefined

const answerSchema = z.discriminatedUnion('answer', [
  z.strictObject({ answer: z.literal('approve'), digest: z.string(), because: z.string().exactOptional() }),
  z.strictObject({ answer: z.literal('reject'), digest: z.string(), because: z.string('say why').min(1) }),
])

/** Mendkit over HTTP: health, metrics, what waits for people, their answers, and all that happens as Server-Sent Events. */
export function createApp(mendkit: Mendkit, authenticate: Authenticate): Hono<{ Variables: { by: Principal } }> {
  const events = sse(mendkit, { authenticate })
  const app = new Hono<{ Variables: { by: Principal } }>()
  app.get('/events', (c) => events(c.req.raw))
  app.get('/health', async (c) => {
    const health = await mendkit.health()
    return c.json(health, health.ok ? 200 : 503)
  })
  app.get('/metrics', (c) => c.text(mendkit.metrics()))
  app.use('/approvals/*', async (c, next) => {
    const by = authenticate(c.req.raw)
    if (by === undefined) return c.json({ error: 'who are you?' }, 401)
    c.set('by', by)
    return next()
  })
  app.get('/approvals', async (c) => c.json(await mendkit.as(c.get('by')).approvals.list()))
  app.post('/approvals/:id', async (c) => {
    const given = answerSchema.safeParse(await c.req.json())
    if (!given.success) return c.json({ error: given.error.issues[0]?.message }, 400)
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
    const status = { invalid: 400, 'not-found': 404, conflict: 409, forbidden: 403 } as const
    if (!MendkitError.is(error) || !(error.code in status)) return c.json({ error: 'internal' }, 500)
    return c.json({ error: error.message }, status[error.code as keyof typeof status])
  })
  return app
}
