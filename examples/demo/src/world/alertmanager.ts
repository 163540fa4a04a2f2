import type { AlertInput } from '@mendkit/core'
import type { PollingDetectorOptions } from '@mendkit/prometheus'

/** How to poll an Alertmanager that is not there: its two paths answer with what fires whenever they are asked. */
export function alertmanagerThatSays(look: () => readonly AlertInput[], intervalMs: number): PollingDetectorOptions {
  const runningSince = new Date(Date.now() - 3_600_000).toISOString()
  const answers = new Map<string, () => unknown>([
    ['/api/v2/alerts', () => look().map(({ labels, startsAt }) => ({ labels, startsAt, status }))],
    ['/api/v2/status', () => ({ uptime: runningSince })],
  ])
  return {
    url: 'http://alertmanager.example:9093',
    source: 'am',
    intervalMs,
    fetch: async (input) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input)
      const answer = answers.get(pathname)
      return answer === undefined ? new Response('not simulated', { status: 404 }) : Response.json(answer())
    },
  }
}

const status = { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] }
