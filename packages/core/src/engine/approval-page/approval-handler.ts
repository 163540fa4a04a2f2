import { z } from 'zod'
import { functionSchema, readOptions } from '../../define/read-options.ts'
import { MendkitError } from '../../errors.ts'
import type { Principal } from '../../model/principal.ts'
import { once } from '../../once.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../system/system-clock.ts'
import { systemRandom } from '../../system/system-random.ts'
import type { Authenticate } from '../authenticate.ts'
import type { Approvals } from '../host/approvals-face.ts'
import type { Incidents } from '../host/incidents-face.ts'
import { formTokens } from './form-token.ts'
import { listPage, pageSize, problemPage, questionPage } from './pages.ts'
import { readForm } from './read-form.ts'
import { type Page, responder } from './respond.ts'
import { isFromHere } from './same-origin.ts'

/** What the page needs of a Mendkit. */
export interface ApprovalHost {
  /** The face of a principal. */
  as(principal: Principal): { readonly approvals: Approvals; readonly incidents: Pick<Incidents, 'timeline'> }
}

/** How the page is served. */
export interface ApprovalHandlerOptions {
  /**
   * Says who asks. Its principal decides the tenant and whose answer it is, so it must not believe the request; it must not
   * read the body either. A `Response`, such as a way to the login, is sent as it is; undefined is answered with 401.
   */
  readonly authenticate: Authenticate
  /**
   * Makes the tokens in the forms: at least 32 characters that nobody can guess. Processes that serve the same page must
   * share it. @default a new one for each handler, so that forms of before a restart are refused and must be loaded again
   */
  readonly key?: string
  /**
   * Where people see the page, such as `https://mendkit.example.com`, when a proxy in front changes the host of requests.
   * @default the host that a request names, under any scheme
   */
  readonly origin?: string
  /** @default the machine's clock */
  readonly clock?: Clock
}

const originSays = 'must be an origin without a path, such as https://mendkit.example.com'
const shape = once(() =>
  z.strictObject(
    {
      authenticate: z.custom((value) => typeof value === 'function', {
        error: 'must be a function that gives the principal of a request, a Response, or undefined',
      }),
      key: z.string().min(32, 'must be at least 32 characters that nobody can guess').optional(),
      origin: z
        .string()
        .refine((text) => URL.canParse(text) && new URL(text).origin === text, originSays)
        .optional(),
      clock: z.looseObject({ now: functionSchema }, { error: 'must be a Clock' }).optional(),
    },
    { error: 'must be an object with `authenticate`' },
  ),
)

const statuses = {
  'not-found': 404,
  conflict: 409,
  forbidden: 403,
  invalid: 400,
  corrupt: 409,
  unavailable: 503,
} as const

/**
 * A page on which people answer approvals: a web-standard handler to mount on any server, under any path, behind the host's
 * own login. `GET` lists what is open in the principal's tenant, and with `?approval=<id>` shows one question: the difference
 * that the engine computed, the facts, the root cause, the policies' voices and the answers so far. `POST` takes the answer
 * of a form with a token that is bound to the principal and the approval; what the engine gets is the digest that was
 * shown. It runs no script, and texts from outside are inert. Every principal that `authenticate` gives may look; the engine
 * says who may answer. Answers 401 without a principal, 403 to a form of another page and to who may not answer, 404 to an
 * approval that the tenant does not have, 405, 409 when the question has changed or was tampered with, 413 and 415; what fails otherwise is thrown on
 * to the server. Throws `config` at once for wrong options.
 */
export function approvalHandler(
  mendkit: ApprovalHost,
  options: ApprovalHandlerOptions,
): (request: Request) => Promise<Response> {
  if (typeof mendkit?.as !== 'function') {
    const text = 'approvalHandler: mendkit: must be what createMendkit() returned'
    throw new MendkitError('config', text, { path: 'mendkit' })
  }
  readOptions('approvalHandler', shape(), options)
  const { authenticate, key = systemRandom.hex(32), origin, clock = systemClock } = options
  const tokens = formTokens(key)
  const respond = responder()
  const noSuch = problemPage(404, 'There is no such approval', 'The list shows what waits in your tenant.')

  async function show(by: Principal, query: URLSearchParams): Promise<Page> {
    const { approvals, incidents } = mendkit.as(by)
    const id = query.get('approval')
    if (id === null) {
      const after = query.get('after')
      const questions = await approvals.list({ limit: pageSize, ...(isId(after) && { after }) })
      return listPage(questions, clock.now())
    }
    const question = isId(id) ? await approvals.get(id) : undefined
    if (question === undefined) return noSuch
    const timeline = await incidents.timeline(question.incidentId)
    return questionPage(question, timeline, { by, now: clock.now(), token: tokens.of(by, id) })
  }

  async function answer(by: Principal, id: string | null, request: Request): Promise<Page | undefined> {
    if (!isFromHere(request, origin)) return foreign
    if (!isId(id)) return noSuch
    const form = await readForm(request)
    if ('status' in form) return problemPage(form.status, 'This cannot be read', form.because)
    if (!tokens.isOf(form.token, by, id)) return foreign
    const { digest, because = '', proof } = form
    const { approvals } = mendkit.as(by)
    if (form.answer === 'reject') await approvals.reject(id, { digest, because })
    else
      await approvals.approve(id, { digest, ...(because !== '' && { because }), ...(proof !== undefined && { proof }) })
    return undefined
  }

  async function pageFor(by: Principal, request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url)
    if (request.method !== 'POST') return respond.page(await show(by, searchParams), by)
    const id = searchParams.get('approval')
    const problem = await answer(by, id, request)
    return problem === undefined
      ? respond.seeOther(`?approval=${encodeURIComponent(id ?? '')}`)
      : respond.page(problem, by)
  }

  return async (request) => {
    if (!['GET', 'HEAD', 'POST'].includes(request.method)) {
      return respond.plain(405, 'only GET and POST', { allow: 'GET, HEAD, POST' })
    }
    const by = await authenticate(request)
    if (by === undefined) return respond.plain(401, 'who are you?')
    if (by instanceof Response) return by
    const response = await pageFor(by, request).catch((error: unknown) => {
      const status = MendkitError.is(error)
        ? Object.entries(statuses).find(([each]) => each === error.code)?.[1]
        : undefined
      if (!MendkitError.is(error) || status === undefined) throw error
      return respond.page(problemPage(status, 'Your answer was not taken', error.message), by)
    })
    return request.method === 'HEAD' ? new Response(null, response) : response
  }
}

const foreign = problemPage(
  403,
  'This form is not from here',
  'It was not sent by this page, for you, or the page was loaded before a restart. Look again, and answer what you see.',
)

/** What could be an id at all; anything else is nobody's. */
function isId(text: string | null): text is string {
  return text !== null && /^[^\p{C}]{1,200}$/u.test(text)
}
