import type { Telemetry } from '../../ports/telemetry.ts'

/** Traces nothing. The default. */
export const noTelemetry: Telemetry = { span: (_, run) => run(undefined) }
