import { expect, onTestFinished, test } from 'vitest'
import { diagnose } from '../src/diagnose.ts'
import { providers } from '../src/providers.ts'
import { standIn } from '../src/stand-in.ts'

test.each(providers)('$name finds the cause in one call', async ({ speaks, model }) => {
  const server = await standIn(speaks)
  onTestFinished(() => server.close())
  const story = await diagnose(model(server.url))
  expect(server.received()).toHaveLength(1)
  for (const words of ['missing-config', 'Every container ends at once.', 'what the URL should be']) {
    expect(story).toContain(words)
  }
})

test('every provider is sent the same evidence', async () => {
  const sent: string[] = []
  for (const { speaks, model } of providers) {
    const server = await standIn(speaks)
    onTestFinished(() => server.close())
    await diagnose(model(server.url))
    const [turn] = server.received()[0]?.turns ?? []
    // The marks around untrusted text are new with every message, and names of pods with every cluster.
    if (turn?.role === 'user') sent.push(turn.text.replaceAll(/untrusted \S+>/g, 'untrusted>'))
  }
  expect(sent).toHaveLength(providers.length)
  for (const text of sent) expect(text).toContain('panic: no DATABASE_URL')
  expect(new Set(sent.map((text) => text.split('\n').length)).size).toBe(1)
})
