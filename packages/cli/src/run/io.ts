/** What the command reads and writes beside the store. */
export interface CommandIo {
  /** Takes what standard output gets. */
  readonly out: (text: string) => void
  /** Resolves once what standard output got is on its way, so that a command that writes much keeps little. */
  readonly written: () => Promise<void>
  /** Takes what standard error gets. */
  readonly error: (text: string) => void
  /** The environment: `MENDKIT_DB`, `MENDKIT_KEY` and `MENDKIT_ALERTMANAGER_TOKEN` are read. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Width of the terminal in characters. */
  readonly columns: number
  /** Whether headings are set off by terminal codes. */
  readonly colours: boolean
  /** Milliseconds since 1970, for ages. */
  readonly now: () => number
  /** Ends the command early when it aborts. */
  readonly signal: AbortSignal
}
