import type { Command } from '../run/command.ts'
import { acting, actingOptions } from '../store/session.ts'
import { done } from './done.ts'

/** `mendkit pause` */
export const pause: Command = {
  name: 'pause',
  summary: 'The kill switch of a tenant: no effect begins until `mendkit resume`. Everything else goes on.',
  options: actingOptions,
  examples: ['mendkit pause --as alice'],
  run: (call) =>
    acting(call, async ({ mendkit, by }) => {
      await mendkit.pause()
      return done('pause', { tenant: by.tenant }, by, 'No effect begins until `mendkit resume`.')
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
