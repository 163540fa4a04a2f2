import { MendkitError } from '@mendkit/core'
import { z } from 'zod'
import type { ReplicaOptions } from './replica.ts'

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  DATABASE_URL: z
    .string('is the PostgreSQL that all replicas share, such as postgres://mendkit:…@db.internal:5432/mendkit')
    .regex(/^postgres(ql)?:\/\//, 'begins with postgres://'),
  ALERT_SECRET: z.string('is what Alertmanager sends with its webhooks').min(16),
  HOOK_URL: z.url('is where notices to people are posted'),
  HOOK_SECRET: z.string('signs the notices').min(16),
  HOOK_PRIVATE: z
    .enum(['true', 'false'], 'is true when HOOK_URL has a private address')
    .default('false')
    .transform((text) => text === 'true'),
  NAMESPACES: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.string().min(1)).min(1))
    .optional(),
})

/** Reads the environment. Throws `config`, naming every variable that is missing or wrong, and never shows a value. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): {
  readonly port: number
  readonly options: ReplicaOptions
} {
  const parsed = environment.safeParse(env)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
    throw new MendkitError('config', `the environment is not complete:\n${problems.join('\n')}`)
  }
  const { PORT, DATABASE_URL, ALERT_SECRET, HOOK_URL, HOOK_SECRET, HOOK_PRIVATE, NAMESPACES } = parsed.data
  return {
    port: PORT,
    options: {
      databaseUrl: DATABASE_URL,
      alertSecret: ALERT_SECRET,
      notify: { url: HOOK_URL, secret: HOOK_SECRET, allowPrivateAddresses: HOOK_PRIVATE },
      ...(NAMESPACES && { namespaces: NAMESPACES }),
    },
  }
}
