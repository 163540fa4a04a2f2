import type { Principal } from './principal.ts'

/** What a person asked for. The next step of the incident reads it; it never writes to a leased incident. */
export type CommandBody =
  | {
      readonly kind: 'approve'
      readonly approvalId: string
      readonly digest: string
      /** Whether the host confirmed who approves, by `settings.reauthenticate`. */
      readonly reauthenticated: boolean
    }
  | { readonly kind: 'reject'; readonly approvalId: string; readonly digest: string }
  | { readonly kind: 'diagnose' }
  | { readonly kind: 'close' }
  | { readonly kind: 'resolve' }
  | { readonly kind: 'settle'; readonly executionId: string; readonly outcome: 'applied' | 'not-applied' }

/** A command with who gave it and what became of it. */
export interface Command {
  readonly tenant: string
  readonly id: string
  readonly incidentId: string
  readonly state: 'pending' | 'done' | 'refused'
  readonly by: Principal
  readonly at: number
  readonly body: CommandBody
  /** Digest of the blob with the redacted words of the person. */
  readonly because?: string
  readonly revision: number
}
