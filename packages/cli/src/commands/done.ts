import type { Principal } from '@mendkit/core'
import type { Answer } from '../run/command.ts'
import { shown } from '../terminal/safe-text.ts'

/** What a command that wrote something answers, once that is durable. */
export function done(command: string, what: Readonly<Record<string, string>>, by: Principal, says: string): Answer {
  const named = Object.entries(what).map(([name, value]) => `${name} ${value}`)
  return {
    json: { done: command, ...what, by },
    text: () => `${shown(`${[command, ...named].join(', ')}: recorded as ${by.id}.`)}\n${says}`,
  }
}
