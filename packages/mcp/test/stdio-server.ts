import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { type DeploysOptions, deploysServer } from './deploys-server.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as DeploysOptions
serveStdio(() => deploysServer(options))
