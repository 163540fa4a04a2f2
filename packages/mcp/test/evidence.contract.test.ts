import { callContext, evidenceContract, holdsTo } from '@mendkit/testkit'
import { test } from 'vitest'
import { deploysOverHttp, refusing } from './http-server.ts'
import { incident, opened } from './setup.ts'

const secret = 's3cret-t0ken-of-the-server'
const tools = ['list_deploys', 'search_logs']
const headers = { authorization: `Bearer ${secret}` }
const nowhere = 'http://127.0.0.1:9/mcp'

holdsTo(
  test,
  'mcp',
  evidenceContract,
  async () => {
    const { url } = await deploysOverHttp()
    const { source } = opened({
      server: { url, headers },
      tools,
      gather: ({ resource }) => [{ tool: 'search_logs', input: { query: `app=${resource?.name}` } }],
    })
    await source.gather(incident, [], callContext())
    return {
      source,
      incident,
      symptoms: [],
      answered: [
        { tool: 'mcp.list-deploys', input: { environment: 'staging' } },
        { tool: 'mcp.search-logs', input: { query: 'panic' } },
      ],
      unreachable: opened({ server: { url: nowhere, headers }, tools }).source,
      rejected: opened({ server: { url: (await refusing(401)).url, headers }, tools }).source,
      secret,
    }
  },
  {
    'throws not-found for something that is gone':
      'the protocol has no answer that says that a thing is gone; a tool that is gone is tried in tools.test.ts',
  },
)
