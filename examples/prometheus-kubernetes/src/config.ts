import { MendkitError } from '@mendkit/core'
import { z } from 'zod'
import type { HostOptions } from './host.ts'
import { authenticateBy, type Holder } from './tokens.ts'

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
  APPROVER_TOKENS: z
    .string('names who may answer, and by which token, such as alice=a-long-random-text,bob=another-one')
    .transform((text) => text.split(',').map((pair) => pair.trim().split('=')))
    .pipe(z.array(z.tuple([z.string().min(1), z.string().min(16)])).min(1)),
})

/** Reads the environment. Throws `config`, naming every variable that is missing or wrong, and never shows a value. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): {
  readonly port: number
  readonly options: HostOptions
} {
  const parsed = environment.safeParse(env)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
    throw new MendkitError('config', `the environment is not complete:\n${problems.join('\n')}`)
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
      authenticate: authenticateBy([
        holder('reader', given.EVENTS_TOKEN, []),
        ...given.APPROVER_TOKENS.map(([name, token]) => holder(name, token, ['approver'])),
      ]),
    },
  }
}

function holder(id: string, token: string, roles: readonly string[]): Holder {
  return { token, principal: { id, roles, tenant: 'default', via: 'token' } }
}
