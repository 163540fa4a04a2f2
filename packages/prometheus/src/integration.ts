import type { Integration } from '@mendkit/core'
import { alertmanagerDetector } from './alertmanager-detector.ts'
import { type PrometheusEvidenceOptions, prometheusEvidence } from './evidence-source.ts'
import type { PollingDetectorOptions } from './polling-detector.ts'
import { type VerificationDeadlineOptions, verificationDeadlineFor } from './verification-deadline.ts'

/** Options of `prometheus`. */
export interface PrometheusOptions extends PrometheusEvidenceOptions, VerificationDeadlineOptions {
  /** Given: its alerts are polled. @default no detector; alerts come by `alertmanagerWebhook` or from elsewhere */
  readonly alertmanager?: PollingDetectorOptions
}

/**
 * Prometheus as an integration: alerts by polling its Alertmanager, evidence from queries and rules, and how long its alerts
 * take to clear. Reads only, and makes no request before the engine runs. Throws `config` at once for wrong options.
 */
export function prometheus(options: PrometheusOptions): Integration {
  const { alertmanager, cluster } = options
  return {
    ...(cluster === undefined ? {} : { clusters: [cluster] }),
    detectors: alertmanager === undefined ? [] : [alertmanagerDetector(withCluster(alertmanager, cluster))],
    evidence: [prometheusEvidence(options)],
    verificationDeadlineMs: verificationDeadlineFor(options),
  }
}

function withCluster(alertmanager: PollingDetectorOptions, cluster: string | undefined): PollingDetectorOptions {
  return cluster === undefined ? alertmanager : { cluster, ...alertmanager }
}
