import { apiReport } from '../lib/api-report.ts'
import type { Check } from '../lib/check.ts'
import { exists, read } from '../lib/files.ts'
import { publishedPackages, type WorkspacePackage } from '../lib/workspace.ts'

/** Where a package's report is kept in git. */
export function reportPath({ folder, short }: WorkspacePackage): string {
  return `${folder}/etc/${short}.api.md`
}

/** The first lines that differ; enough to see what changed, the rest shows in `git diff`. */
function firstDifference(before: string, after: string): string {
  const [left, right] = [before.split('\n'), after.split('\n')]
  const at = left.findIndex((line, index) => line !== right[index])
  const line = at === -1 ? left.length : at
  return `line ${line + 1}\n- ${left[line] ?? '(end)'}\n+ ${right[line] ?? '(end)'}`
}

export const apiReports: Check = {
  name: 'api-report',
  todo: 'if the change of the public API is wanted, run `pnpm api:update` and commit the report',
  run(root) {
    const packages = publishedPackages(root)
    const problems = packages.flatMap((one) => {
      const path = reportPath(one)
      if (!exists(root, path)) return [`${path}: missing`]
      const [before, after] = [read(root, path), apiReport(root, one)]
      return before === after ? [] : [`${path}: differs from the built types at ${firstDifference(before, after)}`]
    })
    return { says: `${packages.length} packages export what their reports say`, problems }
  },
}
