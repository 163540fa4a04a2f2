import type { PlantedBug } from './planted-bug.ts'

/** Mistakes in the audit log: its chain, and the texts that its entries name. */
export const auditBugs: readonly PlantedBug[] = [
  {
    name: 'chain-forks',
    what: 'Every entry of a commit continues the last one before the commit.',
    file: 'packages/core/src/audit/seal.ts',
    replace: 'entryText(tenant, seq, last, draft)',
    with: 'entryText(tenant, seq, head.last, draft)',
  },
  {
    name: 'text-not-kept',
    what: 'An entry names the text of a diff that nobody stores.',
    file: 'packages/core/src/engine/decide/plan-action.ts',
    replace: 'put: diff === undefined ? [] : [blobPut(diff)],',
    with: 'put: diff === undefined ? [] : [blobPut(diff)].slice(1),',
  },
]
