import { type Integration, readOptions } from '@mendkit/core'
import { alertmanagerDetector } from './alertmanager-detector.ts'
import { openConnection } from './connection.ts'
import { evidenceShape, type PrometheusEvidenceOptions, prometheusEvidence } from './evidence-source.ts'
import { alertmanagerProbe, mayRead, prometheusProbe } from './may-read.ts'
import { options as optionsOf } from './options.ts'
import { type PollingDetectorOptions, pollingOptions } from './polling-detector.ts'
import { deadlineShape, type VerificationDeadlineOptions, verificationDeadlineFor } from './verification-deadline.ts'

/** Options of `prometheus`. */
export interface PrometheusOptions extends PrometheusEvidenceOptions, VerificationDeadlineOptions {
  /** Given: its alerts are polled. @default no detector; alerts come by `alertmanagerWebhook` or from elsewhere */
  readonly alertmanager?: PollingDetectorOptions
}

const prometheusOptions = optionsOf({ ...evidenceShape, ...deadlineShape, alertmanager: pollingOptions.optional() })

/**
 * Prometheus as an integration: alerts by polling its Alertmanager, evidence from queries and rules, and how long its alerts
 * take to clear. Reads only, and makes no request before the engine runs. Throws `config` at once for wrong options.
 */
export function prometheus(options: PrometheusOptions): Integration {
  readOptions('prometheus', prometheusOptions, options)
  const { alertmanager, clearingMarginMs, ...evidence } = options
  const { id: _id, queries: _queries, cluster, ...connection } = evidence
  const probes = [
    prometheusProbe(openConnection('Prometheus', connection)),
    ...(alertmanager === undefined ? [] : [alertmanagerProbe(openConnection('Alertmanager', alertmanager))]),
  ]
  return {
    ...(cluster === undefined ? {} : { clusters: [cluster] }),
    detectors: alertmanager === undefined ? [] : [alertmanagerDetector(withCluster(alertmanager, cluster))],
    evidence: [prometheusEvidence(evidence)],
    canRead: (context) => mayRead(probes, context),
    verificationDeadlineMs: verificationDeadlineFor({
      ...connection,
      ...(clearingMarginMs === undefined ? {} : { clearingMarginMs }),
    }),
  }
}

function withCluster(alertmanager: PollingDetectorOptions, cluster: string | undefined): PollingDetectorOptions {
  return cluster === undefined ? alertmanager : { cluster, ...alertmanager }
}
