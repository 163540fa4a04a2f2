import type { Check } from '../lib/check.ts'
import { files, read } from '../lib/files.ts'
import { allPackages } from '../lib/workspace.ts'
import { adapters, notAdapters } from './adapters.ts'

const parts = {
  index: 'src/index.ts',
  client: 'src/client.ts',
  parse: 'src/**/parse-*.ts',
  contract: 'test/**/*.contract.test.ts',
  readme: 'README.md',
} as const

const readmeSections = [/^#{2,3} .*permission/im, /^#{2,3} .*limit/im]

export const adapterShape: Check = {
  name: 'adapter-shape',
  todo: 'give the adapter the same files as the others, or state the exception and its reason in .ci/checks/adapters.ts',
  run(root) {
    const problems: string[] = []
    for (const { short, folder } of allPackages(root)) {
      if (notAdapters.has(short)) continue
      const adapter = adapters[short]
      if (adapter === undefined) {
        problems.push(`${folder}: not in .ci/checks/adapters.ts`)
        continue
      }
      for (const [part, pattern] of Object.entries(parts)) {
        const reason = adapter.without?.[part as keyof typeof parts]
        const found = files(root, `${folder}/${pattern}`)
        if (found.length === 0 && reason === undefined) problems.push(`${folder}: no ${pattern}`)
        if (found.length > 0 && reason !== undefined) {
          problems.push(`${folder}: has ${found[0]}, yet .ci/checks/adapters.ts says that it needs none (${reason})`)
        }
        if (part !== 'readme' || found.length === 0) continue
        for (const section of readmeSections) {
          if (!section.test(read(root, `${folder}/README.md`)))
            problems.push(`${folder}/README.md: no heading for ${section}`)
        }
      }
    }
    return { says: `${Object.keys(adapters).join(', ')} have the same file names`, problems }
  },
}
