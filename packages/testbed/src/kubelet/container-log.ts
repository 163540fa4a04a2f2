import type { Fault } from './fault.ts'

/** One line of a log. */
export interface LogLine {
  readonly at: Date
  readonly text: string
}

/** The logs of a container's present and previous run. */
export interface ContainerLog {
  readonly current: readonly LogLine[] | undefined
  readonly previous: readonly LogLine[] | undefined
}

/** What a program prints when it starts and, with a fault, before it ends. The password stands for a careless program. */
export function startLines(image: string, fault: Fault): readonly string[] {
  const first = [`level=info msg="starting" image="${image}"`]
  switch (fault) {
    case 'crash':
      return [
        ...first,
        'level=info msg="connecting" url="postgres://shop:correct-horse-battery@db.shop.svc:5432/shop"',
        'level=error msg="cannot start" error="environment variable PAYMENTS_URL is not set"',
        'panic: configuration is incomplete',
      ]
    case 'out-of-memory':
      return [...first, 'level=info msg="loading catalogue" items=48213904']
    case 'unready':
      return [...first, 'level=warn msg="not ready" error="database migration is missing"']
    case 'wedged':
      return [...first, 'level=info msg="listening" port=8080', 'level=warn msg="worker pool is exhausted"']
    case 'none':
    case 'unpullable':
      return [...first, 'level=info msg="listening" port=8080']
  }
}

/** What of a log is asked for, as the API names it. */
export interface LogSelection {
  readonly tailLines?: number
  readonly limitBytes?: number
  readonly sinceSeconds?: number
  readonly timestamps: boolean
}

/** The text of a log as a kubelet sends it. */
export function logText(lines: readonly LogLine[], selection: LogSelection, now: Date): string {
  const { tailLines, limitBytes, sinceSeconds, timestamps } = selection
  const oldest = sinceSeconds === undefined ? 0 : now.getTime() - sinceSeconds * 1_000
  const recent = lines.filter((line) => line.at.getTime() >= oldest)
  const tail = tailLines === undefined ? recent : recent.slice(Math.max(0, recent.length - tailLines))
  const text = tail.map((line) => `${timestamps ? `${line.at.toISOString()} ` : ''}${line.text}\n`).join('')
  return limitBytes === undefined ? text : Buffer.from(text).subarray(0, limitBytes).toString()
}
