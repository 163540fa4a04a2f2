import { tone } from '../terminal/text.ts'
import type { Play } from './play.ts'

/** The lines of `host.ts` that change for a real cluster, and what they become. */
export const changes: readonly (readonly [now: string, then: string])[] = [
  [
    "kubernetes({ cluster: 'demo', namespaces: ['shop'], read: cluster.as(reader), act: cluster.as(actor) }),",
    "kubernetes({ namespaces: ['shop'], read: { context: 'mendkit-read' }, act: { context: 'mendkit-act' } }),",
  ],
  [
    '{ detectors: [alertmanagerDetector(monitoring.alertmanager)] },',
    "{ detectors: [alertmanagerDetector({ url: 'http://alertmanager:9093', source: 'am' })] },",
  ],
  [
    'notifiers: [webhookNotifier(pager.webhook)],',
    "notifiers: [webhookNotifier({ url: 'https://hooks.example/mendkit', secret: process.env['HOOK_SECRET'] ?? '' })],",
  ],
]

/** Says which lines of the host program change for a real cluster. */
export async function nextSteps({ screen }: Play): Promise<void> {
  await screen.chapter('Your cluster')
  await screen.tell(
    'This was examples/demo/src/host.ts. For a real cluster three of its lines change, and its short times go:',
  )
  await screen.say()
  for (const [now, then] of changes) {
    await screen.tell(now, { prefix: tone('bad', '- '), style: (line) => tone('bad', line) })
    await screen.tell(then, { prefix: tone('good', '+ '), style: (line) => tone('good', line) })
  }
  await screen.say()
  await screen.tell(
    'Leave `autonomy` out, and it changes nothing: it says what it would do. Next: docs/guides/first-loop.md',
  )
  await screen.say()
}
