/** How fast the demo plays. All in milliseconds of real time; nothing else differs between the two. */
export interface Pace {
  /** Between two looks of the monitoring. */
  readonly monitoringEvery: number
  /** How long a condition must hold before it alerts; the alerts about calls take up to four times as long. */
  readonly alertAfter: number
  /** From the start of a container to its crash, or until it is ready. */
  readonly container: number
  /** How long the engine waits for the rest of the storm before it diagnoses. */
  readonly settle: number
  /** How long all must be well before the fix counts as verified. */
  readonly soak: number
  /** Between two looks of the engine: at the store, and at the checks while it verifies. */
  readonly sweep: number
  /** When a fix that has not helped is said not to have. */
  readonly deadline: number
  /** The same for a fix that is known to make things worse, so that nobody has to wait for it. */
  readonly shortDeadline: number
}

/** For people: a storm that can be seen to grow, and a recovery that can be seen. */
export const watching: Pace = {
  monitoringEvery: 200,
  alertAfter: 800,
  container: 800,
  settle: 4_000,
  soak: 3_000,
  sweep: 200,
  deadline: 60_000,
  shortDeadline: 5_000,
}

/** For programs: as fast as the simulated kubelet can stop its pods. */
export const hurried: Pace = {
  monitoringEvery: 50,
  alertAfter: 150,
  container: 60,
  settle: 1_000,
  soak: 400,
  sweep: 50,
  deadline: 60_000,
  shortDeadline: 2_500,
}
