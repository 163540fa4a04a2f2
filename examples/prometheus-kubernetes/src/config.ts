import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { HostOptions } from './host.ts'

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  MENDKIT_DB: z.string().min(1).default('./mendkit.db'),
  CLUSTER: z.string().min(1).default('default'),
  NAMESPACES: z
    .string('names the namespaces in which Mendkit may act once a person agrees, such as shop,web')
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.string().min(1)).min(1)),
  READ_CONTEXT: z.string().min(1).default('mendkit-read'),
  ACT_CONTEXT: z.string().min(1).default('mendkit-act'),
  PROMETHEUS_URL: z.url('is the address of Prometheus'),
  ALERTMANAGER_URL: z.url('is the address of Alertmanager'),
  ALERT_SECRET: z.string('is what Alertmanager sends with its webhooks').min(16),
  HOOK_URL: z.url('is where notices to people are posted'),
  HOOK_SECRET: z.string('signs the notices').min(16),
  EVENTS_TOKEN: z.string('lets people read the events').min(16),
})

/** Reads the environment. Throws, naming every variable that is missing or wrong, and never shows a value. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): {
  readonly port: number
  readonly options: HostOptions
} {
  const parsed = environment.safeParse(env)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
    throw new Error(`the environment is not complete:\n${problems.join('\n')}`)
  }
  const given = parsed.data
  return {
    port: given.PORT,
    options: {
      file: given.MENDKIT_DB,
      kubernetes: {
        cluster: given.CLUSTER,
        namespaces: given.NAMESPACES,
        read: { context: given.READ_CONTEXT },
        act: { context: given.ACT_CONTEXT },
      },
      prometheus: {
        url: given.PROMETHEUS_URL,
        cluster: given.CLUSTER,
        alertmanager: { url: given.ALERTMANAGER_URL, source: 'alertmanager' },
      },
      alertSecret: given.ALERT_SECRET,
      notify: { url: given.HOOK_URL, secret: given.HOOK_SECRET },
      authenticate: (request) =>
        isSame(request.headers.get('authorization') ?? '', `Bearer ${given.EVENTS_TOKEN}`)
          ? { id: 'reader', roles: [], tenant: 'default', via: 'token' }
          : undefined,
    },
  }
}

/** Compares in constant time. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
