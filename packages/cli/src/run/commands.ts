import { approveCommand, rejectCommand } from '../commands/approvals/answer.ts'
import { listApprovals } from '../commands/approvals/list.ts'
import { showApproval } from '../commands/approvals/show.ts'
import { auditCertificate } from '../commands/audit/certificate.ts'
import { auditErase } from '../commands/audit/erase.ts'
import { auditExport } from '../commands/audit/export.ts'
import { auditKeygen, auditRotate } from '../commands/audit/keys.ts'
import { auditCheckpoint, auditConsistency, auditProof } from '../commands/audit/prove.ts'
import { auditTail } from '../commands/audit/tail.ts'
import { auditVerify } from '../commands/audit/verify.ts'
import { backup } from '../commands/backup/backup.ts'
import { drill } from '../commands/backup/drill.ts'
import { migrate } from '../commands/backup/migrate.ts'
import { recover } from '../commands/backup/recover.ts'
import { restore } from '../commands/backup/restore.ts'
import { doctor } from '../commands/doctor/doctor.ts'
import { evalExport, evalReplay } from '../commands/eval/bundles.ts'
import { evalCommand } from '../commands/eval/eval.ts'
import { listExecutions } from '../commands/executions/list.ts'
import { settleExecution } from '../commands/executions/settle.ts'
import { historyAlerts } from '../commands/history/alerts.ts'
import { historySeries } from '../commands/history/series.ts'
import { closeIncident, diagnoseIncident, noteIncident, resolveIncident } from '../commands/incidents/act.ts'
import { acknowledge, handBack, reassign, snooze, takeOver } from '../commands/incidents/hold.ts'
import { listIncidents } from '../commands/incidents/list.ts'
import { showIncident } from '../commands/incidents/show.ts'
import { incidentTimeline } from '../commands/incidents/timeline.ts'
import { pause, resume } from '../commands/pause.ts'
import { policyTest } from '../commands/policy/test.ts'
import { rbac } from '../commands/rbac/rbac.ts'
import { report } from '../commands/report.ts'
import { status } from '../commands/status/status.ts'
import type { Command } from './command.ts'

/** Every command, in the order in which the help names them. */
export const commands: readonly Command[] = [
  status,
  ...[listIncidents, showIncident, incidentTimeline],
  ...[takeOver, acknowledge, snooze, reassign, handBack],
  ...[noteIncident, diagnoseIncident, resolveIncident, closeIncident],
  ...[listApprovals, showApproval, approveCommand, rejectCommand],
  ...[listExecutions, settleExecution],
  ...[pause, resume],
  report,
  ...[historyAlerts, historySeries],
  policyTest,
  ...[evalExport, evalReplay, evalCommand],
  ...[auditVerify, auditCheckpoint, auditProof, auditConsistency, auditKeygen, auditRotate, auditCertificate],
  ...[auditExport, auditTail, auditErase],
  ...[migrate, backup, restore, recover, drill],
  rbac,
  doctor,
]
