import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { reportPath } from './checks/api-report.ts'
import { apiReport } from './lib/api-report.ts'
import { repository } from './lib/command.ts'
import { publishedPackages } from './lib/workspace.ts'

for (const one of publishedPackages(repository)) {
  const path = join(repository, reportPath(one))
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, apiReport(repository, one))
  console.log(`wrote ${reportPath(one)}`)
}
