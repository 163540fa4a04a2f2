import { join } from 'node:path'
import type { Check } from '../lib/check.ts'
import { repository, run, tool } from '../lib/command.ts'
import { exists } from '../lib/files.ts'

interface Cruise {
  readonly summary: {
    readonly totalCruised: number
    readonly totalDependenciesCruised: number
    readonly violations: readonly {
      readonly from: string
      readonly to: string
      readonly rule: { readonly name: string }
      readonly cycle?: readonly { readonly name: string }[]
    }[]
  }
}

export const rooms: Check = {
  name: 'rooms',
  todo: 'move the code to the room where it belongs, or go through a port; the rules and their reasons are in .dependency-cruiser.mjs',
  async run(root) {
    const folders = ['packages', 'examples'].filter((folder) => exists(root, folder))
    const config = join(repository, '.dependency-cruiser.mjs')
    const { stdout, output, code } = await run(
      tool('depcruise'),
      [...folders, '--config', config, '--output-type', 'json'],
      { cwd: root },
    )
    if (!stdout.startsWith('{')) return { says: '', problems: [`depcruise ended with ${code}: ${output.trim()}`] }
    const { summary } = JSON.parse(stdout) as Cruise
    const problems = summary.violations.map(({ from, to, rule, cycle }) => {
      const through = cycle ? ` through ${cycle.map((one) => one.name).join(', ')}` : ''
      return `${from}: ${rule.name}: imports ${to}${through}`
    })
    if (summary.totalCruised === 0) problems.push('packages: nothing was checked')
    return { says: `${summary.totalCruised} modules, ${summary.totalDependenciesCruised} imports`, problems }
  },
}
