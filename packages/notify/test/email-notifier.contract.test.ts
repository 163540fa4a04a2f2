import { holdsTo, notifierContract } from '@mendkit/testkit'
import { test } from 'vitest'
import { emailNotifier } from '../src/index.ts'
import { hang, headerOf, readMail, smtpServer } from './smtp-server.ts'

const secret = 's3cret-of-the-mail-server'

holdsTo(
  test,
  'emailNotifier',
  notifierContract,
  async () => {
    const taking = await smtpServer()
    const refusing = await smtpServer((verb, line) => (verb === 'RCPT' ? `550 5.1.1 ${line} ${secret}` : undefined))
    const hanging = await smtpServer((verb) => (verb === 'MAIL' ? hang : undefined))
    const notifier = (smtp: object) => {
      const server = { host: '127.0.0.1', port: 1, user: 'mendkit', password: secret, requireTls: false, ...smtp }
      return emailNotifier({ smtp: server, from: 'Mendkit <ops@shop.example>', to: 'people@shop.example' })
    }
    return {
      notifier: notifier(taking.smtp),
      received: () =>
        taking.mails.map((mail) => {
          const { headers, text, html } = readMail(mail)
          const dedupe = headerOf(headers, 'message-id')
          return { dedupe, text: `${JSON.stringify(headers)} ${headerOf(headers, 'references')}\n${text}\n${html}` }
        }),
      unreachable: notifier({}),
      refused: notifier(refusing.smtp),
      hanging: notifier(hanging.smtp),
      secret,
    }
  },
  {
    'throws unavailable with the wait that a busy receiver asked for': 'SMTP has no word for how long to wait',
  },
)
