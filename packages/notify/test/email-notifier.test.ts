import { inspect } from 'node:util'
import { type Notice, redact } from '@mendkit/core'
import { callContext, rejectsWith } from '@mendkit/testkit'
import { createTransport } from 'nodemailer'
import { describe, expect, test } from 'vitest'
import { type EmailNotifierOptions, emailNotifier } from '../src/index.ts'
import { notice } from './notice.ts'
import { hang, headerOf, type Reply, readMail, smtpServer } from './smtp-server.ts'

const addresses = { from: 'Mendkit <ops@shop.example>', to: ['ann@shop.example', 'Bo <bo@shop.example>'] }

/** What a mail server took of one notice. */
async function sent(about: Partial<Notice>, more: Partial<EmailNotifierOptions> = {}) {
  const { smtp, mails } = await smtpServer()
  await emailNotifier({ smtp, ...addresses, ...more }).send({ ...notice, ...about }, callContext())
  const mail = mails[0] ?? expect.unreachable('the server took nothing')
  return { mail, ...readMail(mail) }
}

/** How sending fails when a server replies otherwise. */
async function failing(reply: Reply, more: Partial<EmailNotifierOptions> = {}) {
  const { smtp } = await smtpServer(reply)
  return emailNotifier({ smtp, ...addresses, ...more }).send(notice, callContext())
}

describe('a mail', () => {
  test('has its title, body, difference, incident and link, as text and as HTML', async () => {
    const link = () => 'https://mendkit.example/?a=1&b=2'
    const { mail, headers, subject, text, html } = await sent({}, { link })
    expect([mail.from, mail.to]).toEqual(['ops@shop.example', ['ann@shop.example', 'bo@shop.example']])
    expect(subject).toBe(notice.title)
    const about = 'waits for an answer · incident inc_1 · tenant shop'
    expect(text.replaceAll('\r\n', '\n').trim()).toBe(
      [notice.title, notice.body, notice.diff, 'https://mendkit.example/?a=1&b=2', about].join('\n\n'),
    )
    expect(html).toContain('<pre>Zeile 1\r\nZeile 2 ✓ &#60;b&#62;</pre>')
    expect(html).toContain('<a href="https://mendkit.example/?a=1&#38;b=2">Open in Mendkit</a>')
    expect(headerOf(headers, 'auto-submitted')).toBe('auto-generated')
    expect(headerOf(headers, 'x-priority')).toBe('')
    expect(headerOf((await sent({ urgency: 'page' })).headers, 'x-priority')).toBe('1 (Highest)')
  })

  const hostile =
    'x\r\nBcc: evil@evil.example\n\n<script>alert(1)</script>\u2028To: evil@evil.example\u0085.\r\n.\r\nQUIT'
  test.each(['title', 'body', 'diff', 'tenant', 'incidentId', 'dedupeKey'] as const)(
    'takes no header, recipient, command or tag from its %s',
    async (field) => {
      const plain = await sent({})
      const { mail, headers, html, subject } = await sent({ [field]: hostile as never })
      expect(mail.to).toEqual(plain.mail.to)
      expect(headers.map(([name]) => name)).toEqual(plain.headers.map(([name]) => name))
      expect(html).not.toContain('<script')
      expect(subject).not.toMatch(/[\r\n]/)
    },
  )

  test('answers the first mail of its incident, under the same subject', async () => {
    const { smtp, mails } = await smtpServer()
    const notifier = emailNotifier({ smtp, ...addresses })
    const first = (await notifier.send(notice, callContext())) ?? expect.unreachable()
    const { thread = '' } = first
    const threads = { email: thread }
    expect(await notifier.send({ ...notice, dedupeKey: 'later', threads }, callContext())).toEqual(first)
    expect(await notifier.send({ ...notice, threads }, callContext())).toEqual(first)
    const [begun, answer, again] = mails.map(readMail)
    expect(headerOf(begun?.headers ?? [], 'message-id')).toBe(thread)
    expect(answer?.subject).toBe(`Re: ${begun?.subject}`)
    for (const name of ['in-reply-to', 'references']) expect(headerOf(answer?.headers ?? [], name)).toBe(thread)
    expect(headerOf(answer?.headers ?? [], 'message-id')).not.toBe(thread)
    // The same matter once more is the first mail, not an answer to itself.
    expect(headerOf(again?.headers ?? [], 'in-reply-to')).toBe('')
  })

  test('is short enough in its subject', async () => {
    const { subject } = await sent({ title: redact('long ✓ '.repeat(200)) })
    expect(subject.length).toBeLessThanOrEqual(200)
    expect(subject).toMatch(/cut here: \d+ more characters\]$/)
  })
})

describe('a mail server', () => {
  test('is logged in to', async () => {
    const { smtp, logins } = await smtpServer()
    const login = { user: 'mendkit', password: 'hunter2' }
    await emailNotifier({ smtp: { ...smtp, ...login }, ...addresses }).send(notice, callContext())
    expect(logins).toEqual(['\0mendkit\0hunter2'])
  })

  test('that offers no TLS is told nothing, unless that is allowed', async () => {
    const { smtp, mails, logins } = await smtpServer()
    const { host, port } = smtp
    const notifier = emailNotifier({ smtp: { host, port, user: 'mendkit', password: 'hunter2' }, ...addresses })
    await rejectsWith(notifier.send(notice, callContext()), 'unavailable')
    expect([mails, logins]).toEqual([[], []])
  })

  test.each([
    ['MAIL', '550 5.7.1 hunter2', 'rejected'],
    ['RCPT', '553 5.1.3 hunter2', 'rejected'],
    ['DATA', '554 5.6.0 hunter2', 'rejected'],
    ['.', '552 5.3.4 hunter2', 'rejected'],
    ['AUTH', '535 5.7.8 hunter2', 'rejected'],
    ['CONNECT', '421 4.3.2 hunter2', 'unavailable'],
    ['MAIL', '451 4.3.0 hunter2', 'unavailable'],
    ['RCPT', '450 4.2.1 hunter2', 'unavailable'],
    ['.', '452 4.3.1 hunter2', 'unavailable'],
    ['AUTH', '454 4.7.0 hunter2', 'unavailable'],
  ] as const)('that says to %s: %s, is %s', async (verb, line, code) => {
    const { smtp } = await smtpServer((given) => (given === verb ? line : undefined))
    const login = { user: 'mendkit', password: 'hunter2' }
    const notifier = emailNotifier({ smtp: { ...smtp, ...login }, ...addresses })
    const error = await rejectsWith(notifier.send(notice, callContext()), code)
    expect(error.message).toContain(line.slice(0, 3))
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/hunter2|ann@shop/)
  })

  test('that takes it for some recipients only has taken it, and a warning says so', async () => {
    const lines: string[] = []
    const { smtp, mails } = await smtpServer((verb, line) =>
      verb === 'RCPT' && line.includes('ann@') ? '550 5.1.1 unknown' : undefined,
    )
    const ctx = callContext()
    const log = { ...ctx.log, warn: (text: string) => void lines.push(text) }
    await emailNotifier({ smtp, ...addresses }).send(notice, { ...ctx, log })
    expect(mails[0]?.to).toEqual(['bo@shop.example'])
    expect(lines).toEqual([expect.stringContaining('not for 1 of 2 recipients')])
  })

  test('that is silent is unavailable in time', async () => {
    const silent: Reply = (verb) => (verb === 'DATA' ? hang : undefined)
    expect((await rejectsWith(failing(silent, { timeoutMs: 50 }), 'unavailable')).message).toContain('50 ms')
  })
})

describe('a transport of the host', () => {
  test('of nodemailer is used as it is', async () => {
    const transport = createTransport({ jsonTransport: true })
    const notifier = emailNotifier({ transport, ...addresses })
    expect(await notifier.send(notice, callContext())).toEqual({ thread: expect.stringMatching(/@shop\.example>$/) })
  })

  test('that ignores its signal is left behind', async () => {
    const transport = { sendMail: () => new Promise<never>(() => undefined) }
    const notifier = emailNotifier({ transport, ...addresses, timeoutMs: 20 })
    await rejectsWith(notifier.send(notice, callContext()), 'unavailable')
    const stop = new AbortController()
    const sending = emailNotifier({ transport, ...addresses }).send(notice, callContext({ signal: stop.signal }))
    setImmediate(() => stop.abort('enough'))
    await expect(sending).rejects.toBe('enough')
  })
})

describe('wrong options', () => {
  const smtp = { host: 'mail.example' }
  const wrong: readonly (readonly [path: string, options: object, says: RegExp])[] = [
    ['options', { ...addresses }, /one of `smtp` and `transport`/],
    ['options', { ...addresses, smtp, transport: { sendMail: () => undefined } }, /one of `smtp` and `transport`/],
    ['transport', { ...addresses, transport: {} }, /sendMail/],
    ['from', { ...addresses, smtp, from: 'nobody' }, /ops@shop\.example/],
    ['from', { ...addresses, smtp, from: 'a@b.example\r\nBcc: evil@evil.example' }, /ops@shop\.example/],
    ['from', { ...addresses, smtp, from: 'a@b.example, evil@evil.example' }, /ops@shop\.example/],
    ['from', { ...addresses, smtp, from: 'A\nBcc: x <a@b.example>' }, /ops@shop\.example/],
    ['to.1', { ...addresses, smtp, to: ['a@b.example', 'x'] }, /ops@shop\.example/],
    ['to', { ...addresses, smtp, to: [] }, /ops@shop\.example/],
    ['smtp.port', { ...addresses, smtp: { ...smtp, port: 70_000 } }, /port/],
    ['smtp', { ...addresses, smtp: { ...smtp, user: 'me' } }, /neither/],
    ['smtp.pass', { ...addresses, smtp: { ...smtp, pass: 'hunter2' } }, /no such option.*password/],
  ]
  test.each(wrong)('are refused by %s, as in %j', (path, given, says) => {
    const make = () => emailNotifier(given as never)
    expect(make).toThrow(expect.objectContaining({ code: 'config', path, message: expect.stringMatching(says) }))
    expect(make).toThrow(`emailNotifier: ${path}: `)
    expect(make).not.toThrow(/hunter2|evil/)
  })
})
