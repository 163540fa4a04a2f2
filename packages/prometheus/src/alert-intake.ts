import type { AlertBatch, IngestResult, Logger, RefusedRequest } from '@mendkit/core'

/** Where a webhook brings its alerts: a Mendkit, or anything that takes batches as one does. */
export interface AlertIntake {
  /** Resolves when the batch is durable. */
  ingest(
    batch: AlertBatch,
    options?: { readonly tenant?: string; readonly signal?: AbortSignal },
  ): Promise<IngestResult>
  /** Counts a request that was not taken. @default it is not counted */
  recordRefusal?(refused: RefusedRequest): void
  /** Gets what could not be taken. @default the answer to the sender is the only trace */
  readonly log?: Logger
}
