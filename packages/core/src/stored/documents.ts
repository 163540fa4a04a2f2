import type { Documents, DocumentTable } from '../model/documents.ts'
import { approval } from './approval.ts'
import { command } from './command.ts'
import { diagnosis } from './diagnosis.ts'
import { earnedAutonomy } from './earned-autonomy.ts'
import { evidence } from './evidence.ts'
import { execution } from './execution.ts'
import type { Field } from './field.ts'
import { incident } from './incident.ts'
import { lock } from './lock.ts'
import { modelTurn } from './model-turn.ts'
import { notice } from './notice.ts'
import { plan } from './plan.ts'
import { recordedChange } from './recorded-change.ts'
import { partition, setting } from './setting.ts'
import { suggestion } from './suggestion.ts'

/** How the rows of each document table are checked. */
export const documents: { readonly [Table in DocumentTable]: Field<Documents[Table]> } = {
  incident,
  evidence,
  diagnosis,
  plan,
  execution,
  approval,
  command,
  notice,
  setting,
  change: recordedChange,
  lock,
  partition,
  suggestion,
  earned: earnedAutonomy,
  turn: modelTurn,
}
