import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** One message as the server took it. */
export interface SeenMail {
  readonly from: string
  readonly to: readonly string[]
  /** The message as it came over the wire, dots unstuffed. */
  readonly raw: string
}

/** Stands for no reply at all. */
export const hang = Symbol('no reply')

/** What a server replies to a command, in place of what it would. */
export type Reply = (verb: string, line: string) => string | typeof hang | undefined

/** A mail server on this machine, as RFC 5321 and RFC 4954 say, without TLS. */
export async function smtpServer(reply: Reply = () => undefined) {
  const mails: SeenMail[] = []
  const logins: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    void talk(socket)
  })

  async function talk(socket: Socket): Promise<void> {
    const say = (line: string | typeof hang) => line !== hang && socket.write(`${line}\r\n`)
    let [from, to]: [string, string[]] = ['', []]
    let data: string[] | undefined
    say(reply('CONNECT', '') ?? '220 mail.example ESMTP')
    for await (const line of createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (data !== undefined) {
        if (line !== '.') data.push(line.startsWith('.') ? line.slice(1) : line)
        else {
          mails.push({ from, to, raw: data.join('\r\n') })
          ;[from, to, data] = ['', [], undefined]
          say(reply('.', '') ?? '250 2.0.0 taken')
        }
        continue
      }
      const verb = line.slice(0, 4).toUpperCase()
      const other = reply(verb, line)
      if (other !== undefined) say(other)
      else if (verb === 'EHLO') say('250-mail.example\r\n250-8BITMIME\r\n250 AUTH PLAIN')
      else if (verb === 'AUTH') {
        logins.push(Buffer.from(line.slice('AUTH PLAIN '.length), 'base64').toString())
        say('235 2.7.0 welcome')
      } else if (verb === 'MAIL') {
        from = /<(.*)>/.exec(line)?.[1] ?? ''
        say('250 2.1.0 ok')
      } else if (verb === 'RCPT') {
        to.push(/<(.*)>/.exec(line)?.[1] ?? '')
        say('250 2.1.5 ok')
      } else if (verb === 'DATA') {
        data = []
        say('354 go on')
      } else if (verb === 'QUIT') {
        say('221 2.0.0 bye')
        socket.end()
      } else say('250 2.0.0 ok')
    }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as AddressInfo
  return { smtp: { host: '127.0.0.1', port, requireTls: false }, mails, logins }
}

/** A message as a mail program reads it. */
export interface ReadMail {
  /** Name in lower case, value unfolded, as often as it occurs. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Reads what nodemailer writes: headers, encoded words, two alternatives. */
export function readMail({ raw }: SeenMail): ReadMail {
  const { headers, body } = partOf(raw)
  const boundary = /boundary="([^"]+)"/.exec(headerOf(headers, 'content-type'))?.[1] ?? ''
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => partOf(part.replace(/^\r\n/, '')))
  const read = (type: string) => {
    const part = parts.find((one) => headerOf(one.headers, 'content-type').startsWith(type))
    return part === undefined ? '' : decoded(part.body, headerOf(part.headers, 'content-transfer-encoding'))
  }
  return { headers, subject: words(headerOf(headers, 'subject')), text: read('text/plain'), html: read('text/html') }
}

/** The first value of a header. */
export function headerOf(headers: ReadMail['headers'], name: string): string {
  return headers.find(([one]) => one === name)?.[1] ?? ''
}

function partOf(raw: string): { headers: ReadMail['headers']; body: string } {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  const headers = lines.map((one): readonly [string, string] => {
    const colon = one.indexOf(':')
    return [one.slice(0, colon).toLowerCase(), one.slice(colon + 1).trim()]
  })
  return { headers, body: rest.join('\r\n\r\n') }
}

function decoded(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  return encoding === 'quoted-printable' ? quoted(body.replace(/=\r\n/g, '')) : body
}

function quoted(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

function words(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, inner: string) =>
      kind.toLowerCase() === 'b' ? Buffer.from(inner, 'base64').toString('utf8') : quoted(inner.replaceAll('_', ' ')),
    )
}
