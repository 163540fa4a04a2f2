import type { Clock } from '../ports/clock.ts'
import type { LogFields, Logger } from '../ports/context.ts'
import { redact } from '../redact/redact.ts'
import { systemClock } from './system-clock.ts'

const levels = ['debug', 'info', 'warn', 'error'] as const

/** How the default logger writes. */
export interface ConsoleLoggerOptions {
  /** Messages below it are dropped. @default 'info' */
  readonly level?: (typeof levels)[number]
  /** `json`: one object a line for collectors; `text`: for people. @default 'json' */
  readonly format?: 'json' | 'text'
  /** Takes one line with its line feed. @default writes to standard error */
  readonly write?: (line: string) => void
  /** @default the machine's clock */
  readonly clock?: Pick<Clock, 'now'>
}

/** Writes one line per message to standard error. Texts among the fields are redacted too. Never throws. */
export function consoleLogger(options: ConsoleLoggerOptions = {}): Logger {
  const { level = 'info', format = 'json', write = writeToStandardError, clock = systemClock } = options
  const line = format === 'json' ? jsonLine : textLine
  function log(at: (typeof levels)[number]): Logger['info'] {
    if (levels.indexOf(at) < levels.indexOf(level)) return () => undefined
    return (message, fields = {}) => write(line(new Date(clock.now()).toISOString(), at, message, safe(fields)))
  }
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
}

function writeToStandardError(line: string): void {
  process.stderr.write(line)
}

function safe(fields: LogFields): LogFields {
  const entries = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, typeof value === 'string' ? redact(value) : value] as const],
  )
  return Object.fromEntries<LogFields[string]>(entries)
}

function jsonLine(time: string, level: string, message: string, fields: LogFields): string {
  return `${JSON.stringify({ time, level, message, fields })}\n`
}

function textLine(time: string, level: string, message: string, fields: LogFields): string {
  const shown = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
  return `${time} ${level.padEnd(5)} ${message.replaceAll('\n', '\\n')}${shown.join('')}\n`
}
