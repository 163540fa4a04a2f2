/** Whether credentials allow something. */
export interface Permission {
  readonly permitted: boolean
  /** What is missing and where, for the person who must grant it. Never the credentials themselves. */
  readonly because: string
}
