import type { Command, CommandBody } from '../model/command.ts'
import { identity, principal } from './common.ts'
import { byKind, flag, number, object, oneOf, optional, text } from './field.ts'

const body = byKind<CommandBody>({
  approve: { approvalId: text, digest: text, reauthenticated: flag },
  reject: { approvalId: text, digest: text },
  diagnose: {},
  close: {},
  resolve: {},
  settle: { executionId: text, outcome: oneOf('applied', 'not-applied') },
})

/** A stored command. */
export const command = object<Command>({
  ...identity,
  incidentId: text,
  state: oneOf('pending', 'done', 'refused'),
  by: principal,
  at: number,
  body,
  because: optional(text),
})
