import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defaultsPath } from './checks/defaults.ts'
import { repository } from './lib/command.ts'
import { defaultsDoc } from './lib/defaults-doc.ts'

const path = join(repository, defaultsPath)
mkdirSync(dirname(path), { recursive: true })
writeFileSync(path, defaultsDoc())
console.log(`wrote ${defaultsPath}`)
