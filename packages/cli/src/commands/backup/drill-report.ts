import type { DrillReport } from '@mendkit/sql'

/** A drill's report in Markdown. */
export function drillMarkdown(report: DrillReport): string {
  const { ok, because, at, timings, manifest, signed, entries, anchoredEntries, diverged } = report
  const rows = Object.values(manifest?.tables ?? {}).reduce((sum, count) => sum + count, 0)
  const older = diverged ? ['- The backup is older than an anchor: to restore it in earnest loses entries.'] : []
  return [
    `# Restore drill of ${at}`,
    '',
    ok ? 'The backup can be restored, verifies, and holds what was backed up.' : 'The backup does NOT hold up.',
    '',
    ...because.map((one) => `- ${one}`),
    ...older,
    ...(because.length + older.length > 0 ? [''] : []),
    '| part | seconds |',
    '| --- | --: |',
    ...timings.map(({ part, ms }) => `| ${part} | ${(ms / 1_000).toFixed(1)} |`),
    '',
    ...(manifest === undefined
      ? []
      : [
          '| backup | |',
          '| --- | --- |',
          `| taken at | ${manifest.takenAt} |`,
          `| signed by a trusted key | ${signed ? 'yes' : 'no'} |`,
          `| rows | ${rows} |`,
          `| audit entries | ${entries}, of which ${anchoredEntries} anchored |`,
          `| bytes | ${manifest.file.bytes} |`,
          `| SHA-256 | ${manifest.file.sha256} |`,
          '',
        ]),
  ].join('\n')
}
