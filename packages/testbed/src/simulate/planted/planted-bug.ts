/** A mistake that is made on purpose in the engine or an adapter, to show that the simulator finds it. */
export interface PlantedBug {
  readonly name: string
  /** What is wrong with it, in a sentence. */
  readonly what: string
  /** The source file, from the root of the repository. */
  readonly file: string
  /** A text that stands there exactly once. */
  readonly replace: string
  /** What stands there instead. */
  readonly with: string
}
