import { type NoticeMessage, verifyWebhook, type WebhookNotifierOptions } from '@mendkit/notify'

/** The pager of the people on call. */
export interface Pager {
  /** How its notices are posted. Nothing leaves the process. */
  readonly webhook: WebhookNotifierOptions
  /** Notices that reached people, oldest first. */
  readonly notices: readonly NoticeMessage['data'][]
}

/** Opens a pager that takes webhooks as a real one does: it checks the signature first. */
export function openPager(): Pager {
  const notices: NoticeMessage['data'][] = []
  const secret = 'the-secret-of-the-simulated-pager'
  return {
    notices,
    webhook: {
      url: 'https://pager.example/notices',
      secret,
      fetch: async (input, init) => {
        const request = new Request(input, init)
        const received = { secret, headers: request.headers, body: await request.text() }
        notices.push(verifyWebhook(received).message.data)
        return new Response(undefined, { status: 204 })
      },
    },
  }
}
