/** What one metric means, and which labels it has. */
export interface MetricDefinition<Type extends 'counter' | 'gauge' | 'histogram' = 'counter' | 'gauge' | 'histogram'> {
  readonly type: Type
  readonly help: string
  readonly labels: readonly string[]
  /** Upper bounds of the buckets of a histogram, ascending, in seconds. What is observed is in milliseconds. */
  readonly buckets: readonly number[]
}

/** From one fast commit to the longest diagnosis. */
const stepBuckets: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180]
/** From at once to the last of many attempts. */
const deliveryBuckets: readonly number[] = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200]

/** From somebody awake to nobody for a night. */
const acknowledgeBuckets: readonly number[] = [10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 14_400, 43_200]

const counter = (help: string, ...labels: string[]): MetricDefinition<'counter'> => {
  return { type: 'counter', help, labels, buckets: [] }
}
const gauge = (help: string, ...labels: string[]): MetricDefinition<'gauge'> => {
  return { type: 'gauge', help, labels, buckets: [] }
}
const seconds = (help: string, buckets: readonly number[], ...labels: string[]): MetricDefinition<'histogram'> => {
  return { type: 'histogram', help, labels, buckets }
}

/** Every metric of the engine. Labels hold ids and enumerations of the host's own program, never tenants or alert labels. */
export const metricTable = {
  mendkit_acknowledge_seconds: seconds(
    'Time from the first page of an escalation until somebody took the incident over.',
    acknowledgeBuckets,
  ),
  mendkit_alerts_awaiting_owners: gauge('Pending alerts that wait for a topology that cannot be read now.'),
  mendkit_alerts_changed_total: counter('Alerts whose episode began, changed or ended.', 'source'),
  mendkit_alerts_correlated_total: counter('Pending alerts that were correlated.'),
  mendkit_alerts_late_total: counter(
    'Pushed alerts that came after the end of their episode and did not reopen it.',
    'source',
  ),
  mendkit_alerts_received_total: counter('Alerts that sources sent, changed or not.', 'source'),
  mendkit_alerts_refused_total: counter('Alerts that were not taken, by the rule that refused them.', 'rule'),
  mendkit_alerts_unresolved_total: counter('Alerts that were correlated without a known object.'),
  mendkit_alerts_without_owners_total: counter(
    'Alerts correlated by their own object, as no topology could be read in time.',
  ),
  mendkit_anchor_behind_seconds: gauge(
    'For how long an anchor sink has not taken all audit logs; 0 when it has.',
    'sink',
  ),
  mendkit_anchor_failures_total: counter('Checkpoints that an anchor sink did not take.', 'sink'),
  mendkit_anchor_refused_logs: gauge('Audit logs that speak against what was anchored of them.', 'sink'),
  mendkit_anchors_total: counter('Checkpoints that an anchor sink took.', 'sink'),
  mendkit_annotations_cut_total: counter('Annotations of alerts that were shortened or left out.'),
  mendkit_batches_ahead_total: counter('Batches dated in the future, which count as of now.'),
  mendkit_batches_refused_total: counter('Batches that were refused whole.', 'because'),
  mendkit_certifier_failures_total: counter('Anchors that the certifier did not co-sign.', 'certifier'),
  mendkit_check_failures_total: counter('Checks that failed to answer; each counts as unknown.', 'check'),
  mendkit_correlation_conflicts_total: counter('Correlations that lost against somebody else and were made again.'),
  mendkit_correlation_failures_total: counter('Correlations that failed and were made again with half the alerts.'),
  mendkit_corrupt_rows_total: counter('Stored rows that do not read back, each time they held something up.'),
  mendkit_correlator_failures_total: counter('Correlators that threw, or gave a key that is none.', 'correlator'),
  mendkit_decide_retries_total: counter('Decisions put off, because a preview or a cited fact failed.', 'because'),
  mendkit_detector_failures_total: counter(
    'Polls and streams of detectors that failed; each is asked again.',
    'detector',
  ),
  mendkit_direct_escalations_total: counter('Calls for help made past the store, by whether they were new.', 'told'),
  mendkit_escalations_unanswered: gauge('Escalated incidents of all workers whose every page nobody answered.'),
  mendkit_escalations_unanswered_total: counter('Escalations of this process whose every page nobody answered.'),
  mendkit_evidence_failures_total: counter('Readings of evidence that failed.', 'tool'),
  mendkit_feed_read_failures_total: counter('Reads of the live feed that failed; each is made again after a sweep.'),
  mendkit_feed_readers: gauge('Readers that follow the live feed now.'),
  mendkit_heartbeat_failures_total: counter('Heartbeats that their receiver did not take.', 'heartbeat'),
  mendkit_heartbeats_total: counter('Heartbeats that their receiver took.', 'heartbeat'),
  mendkit_heartbeats_withheld_total: counter(
    'Heartbeats not sent, as the engine could not prove that it does its work.',
    'heartbeat',
  ),
  mendkit_intake_conflicts_total: counter('Commits of alerts that lost against somebody else and were made again.'),
  mendkit_intake_waiting_batches: gauge('Batches that wait to become durable now.'),
  mendkit_intents_refused_total: counter(
    'Effects not begun, for a lock, a cap, a switch, or somebody was first.',
    'action',
  ),
  mendkit_key_certifier_failures_total: counter('Certificates that the key certifier did not give.', 'certifier'),
  mendkit_listener_failures_total: counter('Listeners of the host that threw or rejected.', 'type'),
  mendkit_log_failures_total: counter('Lines that the logger of the host failed to take.'),
  mendkit_log_keys_certified_total: counter('Certificates for keys of audit logs that were stored.', 'certifier'),
  mendkit_log_keys_uncertified: gauge('Audit logs whose key is not certified.', 'certifier'),
  mendkit_mapping_failures_total: counter('Mappings of the host that threw; each counts as no answer.', 'mapping'),
  mendkit_mirror_entries_total: counter('Audit entries that a mirror took.', 'sink'),
  mendkit_mirror_failures_total: counter('Batches that a mirror did not take, or that could not be read.', 'sink'),
  mendkit_mirror_lag_entries: gauge('Audit entries that a mirror has not taken yet, of all tenants.', 'sink'),
  mendkit_mirror_lag_seconds: gauge('Age of the oldest entry that a mirror has not taken yet.', 'sink'),
  mendkit_metric_overflows_total: counter('Samples counted as "other", as their metric had too many series.', 'metric'),
  mendkit_model_budgets_spent_total: counter('Calls of models not made, or given up, for want of a budget.', 'budget'),
  mendkit_model_call_seconds: seconds('Duration of one call of a model.', stepBuckets, 'provider', 'model'),
  mendkit_model_calls_total: counter('Attempts at models, by what came of their call.', 'provider', 'model', 'outcome'),
  mendkit_model_cost_usd_total: counter('US dollars that models cost, by the prices in force.', 'provider', 'model'),
  mendkit_model_tokens_total: counter(
    'Tokens of models; where a provider did not count, what had been set aside.',
    'provider',
    'model',
    'kind',
  ),
  mendkit_notice_delivery_seconds: seconds('Time until every notifier had taken a notice.', deliveryBuckets, 'urgency'),
  mendkit_notice_failures_total: counter('Deliveries that a notifier did not take.', 'notifier', 'urgency'),
  mendkit_notices_failed: gauge('Notices of all workers that at least one notifier will never take.'),
  mendkit_notices_failed_total: counter('Notices of this process that a notifier will never take.', 'urgency'),
  mendkit_notices_sent_total: counter('Deliveries that a notifier took.', 'notifier', 'urgency'),
  mendkit_requests_refused_total: counter(
    'Requests with alerts that an adapter answered with a failure.',
    'source',
    'because',
  ),
  mendkit_step_conflicts_total: counter('Steps whose commit lost against somebody else and wrote nothing.', 'phase'),
  mendkit_step_failures_total: counter('Steps that failed and are taken again.'),
  mendkit_step_seconds: seconds(
    'Duration of one step of an incident, from its first read to its commit.',
    stepBuckets,
    'phase',
  ),
  mendkit_retention_behind: gauge('1 while retention of some tenant has more to do at once, else 0.'),
  mendkit_retention_conflicts_total: counter('Runs of retention that somebody else came before; each is made again.'),
  mendkit_retention_last_run_seconds: gauge(
    'When retention of this process last looked at every tenant, seconds since 1970.',
  ),
  mendkit_retention_rows_total: counter('Rows that retention moved, shortened or dropped, by kind.', 'kind'),
  mendkit_sweep_failures_total: counter('Sweeps that failed and are made again.', 'sweep'),
  mendkit_texts_cut_total: counter('Texts that were kept shortened, because they were too long.'),
  mendkit_topology_failures_total: counter('Topologies that failed; each counts as no answer.', 'topology'),
} as const satisfies Readonly<Record<string, MetricDefinition>>

type NamesOf<Type extends MetricDefinition['type']> = {
  [Name in keyof typeof metricTable]: (typeof metricTable)[Name] extends MetricDefinition<Type> ? Name : never
}[keyof typeof metricTable]

/** Name of any metric. */
export type MetricName = keyof typeof metricTable
/** Name of a counter. */
export type CounterName = NamesOf<'counter'>
/** Name of a gauge. */
export type GaugeName = NamesOf<'gauge'>
/** Name of a histogram. */
export type HistogramName = NamesOf<'histogram'>
