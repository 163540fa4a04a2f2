import type { Command } from '../run/command.ts'
import { acting, actingOptions } from '../store/session.ts'
import { shown } from '../terminal/safe-text.ts'
import { hasLog } from './audit/no-log.ts'
import { done } from './done.ts'

/** `mendkit pause` */
export const pause: Command = {
  name: 'pause',
  summary: 'The kill switch of a tenant: no effect begins until `mendkit resume`. Everything else goes on.',
  options: actingOptions,
  examples: ['mendkit pause --as alice'],
  run: (call) =>
    acting(call, async ({ mendkit, by, database }) => {
      const isKnown = await hasLog({ mendkit })
      await mendkit.pause()
      const unheard = `Nothing was ever recorded of tenant ${by.tenant} in ${database}: check its name, or others go on acting.`
      const says = 'No effect begins until `mendkit resume`.'
      return done('pause', { tenant: by.tenant }, by, isKnown ? says : shown(`${says} ${unheard}`))
    }),
}

/** `mendkit resume` */
export const resume: Command = {
  name: 'resume',
  summary: 'Lifts the kill switch of a tenant; what waited goes on after a fresh look.',
  options: actingOptions,
  examples: ['mendkit resume --as alice'],
  run: (call) =>
    acting(call, async ({ mendkit, by }) => {
      await mendkit.resume()
      return done('resume', { tenant: by.tenant }, by, 'Effects may begin again.')
    }),
}
