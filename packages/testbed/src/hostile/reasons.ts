import type { Ending } from './rewinding-store.ts'

/** Everything that people can read about why nothing was done: what failed, and what each policy said. */
export function reasonOf({ incident, changes }: Ending): string {
  const failures = changes.flatMap((change) => {
    const digests = new Set(change.audit.flatMap((entry) => entry.blobs['failure'] ?? []))
    return change.put.flatMap((put) => (put.kind === 'blob' && digests.has(put.blob.digest) ? [put.blob.text] : []))
  })
  const voices = changes.flatMap((change) =>
    change.put.flatMap((put) =>
      put.kind === 'document' && put.table === 'plan'
        ? put.row.decision.voices.filter(({ kind }) => kind !== 'allow').map(({ because }) => String(because))
        : [],
    ),
  )
  return [String(incident.reason ?? incident.phase), ...failures, ...voices].join('\n')
}
