import { tone } from '../terminal/text.ts'
import type { Play } from './play.ts'

const lines: readonly (readonly [now: string, then: string])[] = [
  [
    'kubernetes({ …, read: cluster.as(reader), act: cluster.as(actor) })',
    "kubernetes({ …, read: { context: 'reader' }, act: { context: 'actor' } })",
  ],
  ['{ detectors: [monitoring] }', "prometheus({ url, alertmanager: { url: alertmanagerUrl, source: 'am' } })"],
  ['notifiers: [pager]', 'notifiers: [webhookNotifier({ url: hookUrl, secret: hookSecret })]'],
]

/** Says which lines of the host program change for a real cluster. */
export async function nextSteps({ screen }: Play): Promise<void> {
  await screen.chapter('Your cluster')
  await screen.tell(
    'This was examples/demo/src/host.ts. For a real cluster three of its lines change, and its short times go:',
  )
  await screen.say()
  for (const [now, then] of lines) {
    await screen.say(tone('bad', `- ${now}`))
    await screen.say(tone('good', `+ ${then}`))
  }
  await screen.say()
  await screen.tell(
    'Leave `autonomy` out, and it changes nothing: it says what it would do. Next: docs/guides/first-loop.md',
  )
  await screen.say()
}
