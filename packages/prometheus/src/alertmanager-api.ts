import type { CallContext } from '@mendkit/core'
import { z } from 'zod'
import type { Connection } from './connection.ts'
import { requestJson } from './http.ts'
import { type ApiAlert, apiAlert } from './parse-alert.ts'
import { parseAnswer } from './parse-answer.ts'
import { parseEach, type Unreadable } from './parse-each.ts'
import { timestamp } from './timestamp.ts'

const alertList = z.array(z.unknown())
const status = z.object({ uptime: timestamp })
const versioned = z.object({ versionInfo: z.object({ version: z.string().optional() }).optional() })

/** All alerts that Alertmanager holds: firing, silenced and inhibited. It never lists resolved ones. */
export async function listAlerts(
  connection: Connection,
  ctx: CallContext,
): Promise<{ readonly alerts: readonly ApiAlert[]; readonly unreadable: readonly Unreadable[] }> {
  const query = new URLSearchParams({ active: 'true', silenced: 'true', inhibited: 'true', unprocessed: 'true' })
  const { body } = await requestJson(connection, { path: 'api/v2/alerts', query }, ctx)
  const { good, bad } = parseEach(apiAlert, parseAnswer(connection.who, alertList, body), '')
  return { alerts: good, unreadable: bad }
}

/** How long Alertmanager has been running, in milliseconds, by its own clock where its answer carries one. */
export async function alertmanagerRunningForMs(connection: Connection, ctx: CallContext): Promise<number> {
  const { body, date } = await requestJson(connection, { path: 'api/v2/status' }, ctx)
  // What is called uptime is the time of the start.
  const { uptime } = parseAnswer(connection.who, status, body)
  return uptime === undefined ? 0 : (date ?? Date.now()) - Date.parse(uptime)
}

/** The version that Alertmanager says it has. */
export async function alertmanagerVersion(connection: Connection, ctx: CallContext): Promise<string | undefined> {
  const { body } = await requestJson(connection, { path: 'api/v2/status' }, ctx)
  return parseAnswer(connection.who, versioned, body).versionInfo?.version
}
