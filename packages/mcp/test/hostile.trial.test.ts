import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import type { McpOptions } from '../src/index.ts'
import { deploysOverHttp } from './http-server.ts'
import { incident, offered, opened, read, stdioServer } from './setup.ts'

const tools = ['list_deploys', 'hang', 'flood', 'crash', 'fail', 'wrong', 'garbage', 'picture']

const servers: readonly (readonly [where: string, server: () => Promise<McpOptions['server']>])[] = [
  ['in a child process', async () => stdioServer()],
  ['over HTTP', async () => ({ url: (await deploysOverHttp()).url })],
]

describe.each(servers)('a server %s', (where, server) => {
  async function source(more: Partial<McpOptions> = {}) {
    const made = opened({ server: await server(), tools, timeoutMs: 5_000, ...more })
    await made.source.gather(incident, [], callContext())
    return made.source
  }

  test('that is silent is unavailable when time is up, and is read again afterwards', async () => {
    const hanging = await source({ timeoutMs: 4_000 })
    await expect(read(hanging, 'mcp.hang')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('did not answer in time'),
    })
    await expect(read(hanging, 'mcp.list-deploys', { environment: 'staging' })).resolves.toMatchObject({
      text: expect.stringContaining('deploy 17'),
    })
  })

  test('that is silent is left with the abort reason itself when the caller gives up', async () => {
    const hanging = await source()
    const stop = new AbortController()
    const reading = read(hanging, 'mcp.hang', {}, callContext({ signal: stop.signal }))
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(reading).rejects.toBe(reason)
  })

  test('that sends too much is cut off, and is read again afterwards', async () => {
    const flooding = await source({ maxBytes: 65_536 })
    await expect(read(flooding, 'mcp.flood')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('the connection failed or was lost'),
    })
    await expect(read(flooding, 'mcp.list-deploys', { environment: 'staging' })).resolves.toBeDefined()
  })

  test('that sends much within the bound has its text cut with a warning', async () => {
    const reading = await read(await source({ maxBytes: 8_000_000 }), 'mcp.flood')
    expect(reading.text).toHaveLength(65_536)
    expect(reading.warnings).toEqual(['the answer was cut at 65536 of 4000000 characters'])
  })

  test('that says that a tool failed makes the reading fail with its words', async () => {
    await expect(read(await source(), 'mcp.fail')).rejects.toMatchObject({
      code: 'rejected',
      message: 'mcp.fail answered that it failed: no such cluster',
    })
  })

  test('that answers wrong types is a bad response', async () => {
    await expect(read(await source(), 'mcp.wrong')).rejects.toMatchObject({
      code: expect.stringMatching(/^(bad-response|rejected)$/),
    })
  })

  test('that answers pictures and files has its text read and the rest named', async () => {
    expect(await read(await source(), 'mcp.picture')).toEqual({
      facts: [{ name: 'mcp.picture.parts', kind: 'log', value: 4 }],
      text: 'see the graph\na file',
      warnings: ['2 parts that are no text were left out: "image", "resource"'],
    })
  })

  test('that answers structured content gives its plain fields as facts that prove nothing', async () => {
    const { facts } = await read(await source(), 'mcp.list-deploys', { environment: 'staging' })
    expect(facts).toEqual([
      { name: 'mcp.list-deploys.parts', kind: 'log', value: 1 },
      { name: 'mcp.list-deploys.field.last-deploy', kind: 'log', value: 17 },
      { name: 'mcp.list-deploys.field.rolled-back', kind: 'log', value: false },
      { name: 'mcp.list-deploys.field.by', kind: 'log', value: 'ana' },
    ])
  })

  if (where !== 'in a child process') return

  test('that crashes in the middle is unavailable, offers nothing, and is back at the next diagnosis', async () => {
    const crashing = await source()
    expect(offered(crashing)).toContain('mcp.crash')
    await expect(read(crashing, 'mcp.crash')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('mcp.crash of MCP server mcp: the connection failed or was lost'),
    })
    expect(offered(crashing)).toEqual([])
    await crashing.gather(incident, [], callContext())
    expect(offered(crashing)).toContain('mcp.list-deploys')
  })

  test('that prints what is no JSON is read all the same', async () => {
    await expect(read(await source(), 'mcp.garbage')).resolves.toMatchObject({ text: 'after garbage' })
  })
})

test('a program that cannot be started is unavailable, and its name is said', async () => {
  const { source } = opened({ server: { command: '/nowhere/mcp-server' }, tools: ['a'] })
  await expect(source.gather(incident, [], callContext())).rejects.toMatchObject({ code: 'unavailable' })
  expect(offered(source)).toEqual([])
})
