import {
  type CallContext,
  createMendkit,
  cronTimeZones,
  fileSigner,
  type LogKeys,
  type Mendkit,
  type Principal,
  type Store,
} from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { Cron } from 'croner'
import type { Call } from '../run/command.ts'
import type { OptionSpecs } from '../run/option-specs.ts'
import { logOf } from '../terminal/log.ts'
import { checkDatabase, databaseOption, databaseSource, tablePlace } from './database.ts'

/** Options of every command that opens the store. */
export const storeOptions = {
  ...databaseOption,
  tenant: { type: 'string', value: 'name', says: 'whose incidents [default: default]' },
} as const satisfies OptionSpecs

/** Options of every command that changes something. */
export const actingOptions = {
  ...storeOptions,
  as: { type: 'string', value: 'id', says: 'who does this; it is recorded, as given on the command line' },
  key: {
    type: 'string',
    value: 'file',
    says: 'the key file that signs the audit log, where the host has one [default: MENDKIT_KEY, else none]',
  },
  role: { type: 'string', multiple: true, value: 'role', says: 'a role of who does this, such as approver' },
} as const satisfies OptionSpecs

/** An open store, with the face of one principal. */
export interface Session {
  /** Its file, or its URL without user and password. */
  readonly database: string
  /** Whether it is older than its anchors, and so takes nothing. */
  readonly diverged: boolean
  readonly mendkit: Mendkit
  /** For reading what the face does not show; all writing goes through the face. */
  readonly store: Store
  readonly by: Principal
  readonly ctx: CallContext
}

/** What a command needs of the engine beside its store. */
interface Needs {
  /** How far back policies look that are judged here. */
  readonly lookBackMs?: number
  readonly logKeys?: LogKeys
}

/** How far back policies are told of unless they need more. */
const dayMs = 86_400_000

/** Opens the store to look at it. */
export function reading<Result>(
  call: Call,
  use: (session: Session) => Promise<Result>,
  needs: Needs = {},
): Promise<Result> {
  return withStore(call, { id: 'reader', roles: [] }, use, needs)
}

/** Opens the store for somebody who acts. Throws `UsageError` when nobody is named. */
export function acting<Result>(
  call: Call,
  use: (session: Session) => Promise<Result>,
  more: Pick<LogKeys, 'nextSigner'> = {},
): Promise<Result> {
  const id = call.args.required('as', 'name who does this, such as --as alice')
  const key = call.args.text('key') ?? (call.io.env['MENDKIT_KEY'] || undefined)
  const logKeys = { ...more, ...(key !== undefined && { signer: fileSigner(key) }) }
  return withStore(call, { id, roles: call.args.names('role') }, use, { logKeys })
}

async function withStore<Result>(
  call: Call,
  who: Pick<Principal, 'id' | 'roles'>,
  use: (session: Session) => Promise<Result>,
  { lookBackMs = 0, logKeys = {} }: Needs = {},
): Promise<Result> {
  const { io, args } = call
  const [source, place] = [databaseSource(call), tablePlace(call)]
  const by = { ...who, tenant: args.text('tenant') ?? 'default', via: 'cli' }
  const { name, diverged } = await checkDatabase(source, place)
  const log = logOf(call, 'warn')
  const store = sqlStore(source, place)
  const settings = lookBackMs > dayMs ? { decision: { lookBackMs } } : {}
  const host = createMendkit({ store, settings, system: { log, timeZones: cronTimeZones(Cron), ...logKeys } })
  try {
    return await use({
      database: name,
      diverged: diverged !== undefined,
      mendkit: host.as(by),
      store,
      by,
      ctx: { signal: io.signal, log },
    })
  } finally {
    await host.close()
  }
}
