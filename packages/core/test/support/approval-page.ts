import { type ApprovalHandlerOptions, approvalHandler, type Principal } from '@mendkit/core'
import { openShop, type Shop } from './shop.ts'

/** Where a host mounted the page. */
export const pageAddress = 'https://ops.example.com/on/call'

/** Somebody who may answer. */
export const ann: Principal = { id: 'ann', roles: ['approver'], tenant: 'default', via: 'oidc' }

/** A page, and a browser of somebody who looks at it. */
export interface Site {
  readonly shop: Shop
  readonly handler: (request: Request) => Promise<Response>
  /** Whose browser it is from now on. */
  by: Principal
  readonly get: (query?: string) => Promise<{ readonly response: Response; readonly html: string }>
  /** The only question: its id and address. */
  readonly question: () => Promise<{ readonly id: string; readonly digest: string; readonly query: string }>
  /** Sends the form of the page as a browser does, with some of it changed; `undefined` leaves a field or a header out. */
  readonly submit: (query: string, changes: Submission) => Promise<Response>
}

/** What a browser sends, where it differs from what the page's own form would make it send. */
interface Submission {
  readonly fields: Readonly<Record<string, string | undefined>>
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly body?: Blob
}

/** Opens a shop that stands before a question, and a page for it. */
export async function openSite(
  given: Parameters<typeof openShop>[0] = {},
  options: Partial<ApprovalHandlerOptions> = {},
): Promise<Site> {
  const shop = openShop({ autonomy: { 'namespace:shop': 'approve' }, ...given })
  await shop.fire()
  await shop.until('awaiting-approval')
  const authenticate = () => site.by
  const handler = approvalHandler(shop.mendkit, { authenticate, clock: shop.clock, ...options })
  const site: Site = {
    shop,
    handler,
    by: ann,
    async get(query = '') {
      const response = await handler(new Request(`${pageAddress}${query}`))
      return { response, html: await response.clone().text() }
    },
    async question() {
      const [open] = await shop.mendkit.approvals.list()
      if (open === undefined) throw new Error('nothing is asked')
      return { id: open.id, digest: open.digest, query: `?approval=${open.id}` }
    },
    async submit(query, { fields, headers = {}, body }) {
      const { html } = await site.get(query)
      const hidden = html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)
      const shown: Record<string, string> = {}
      for (const [, name = '', value = ''] of hidden) shown[name] = value
      const form = present({ ...shown, ...fields })
      const sent = present({
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'https://ops.example.com',
        'sec-fetch-site': 'same-origin',
        ...headers,
      })
      return handler(
        new Request(`${pageAddress}${query}`, {
          method: 'POST',
          headers: sent,
          body: body ?? new URLSearchParams(form).toString(),
        }),
      )
    },
  }
  return site
}

function present(all: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
