import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { mendkit, mendkitIn } from './support/run-cli.ts'
import { temporaryFolder } from './support/world.ts'

const guide = readFileSync(new URL('../../../docs/guides/evaluate.md', import.meta.url), 'utf8')

/** A block of a language in the guide that holds these words, as it is printed. */
function printed(language: string, words: string): string {
  const blocks = guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))
  const [, block] = [...blocks].find(([text]) => text.includes(words)) ?? []
  if (block === undefined) throw new Error(`the guide has no block of ${language} with ${words}`)
  return block
}

test('the scenario of the guide is played and explained by the rules', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'bad-config.yaml'), printed('yaml', 'schema: 1'))
  const { code, out, error } = await mendkit('eval', '--rules', '--scenarios', folder, '--json')
  expect([code, error]).toEqual([0, ''])
  const [result] = out.split('\n')
  expect(JSON.parse(result ?? '')).toMatchObject({ scenario: 'bad-config', top1: true, rightFix: true })
})

test('the responder of the guide answers with the reply of the guide', async () => {
  const cwd = temporaryFolder()
  const { content } = z
    .object({ content: z.object({ object: z.unknown() }) })
    .parse(JSON.parse(printed('json', 'content')))
  const answer = `const answer = () => (${JSON.stringify(content.object)})\n`
  writeFileSync(join(cwd, 'responder.mjs'), `${printed('js', 'bridge')}\n${answer}`)
  const responder = spawn(process.execPath, ['responder.mjs'], { cwd, stdio: 'inherit' })
  onTestFinished(async () => {
    const ended = once(responder, 'exit')
    if (responder.kill()) await ended
  })
  const { code, out, error } = await mendkitIn(
    { cwd },
    ...['eval', '--rules', '--model', 'file:./bridge', '--only', 'feature-flag', '--json'],
  )
  expect([code, error]).toEqual([0, ''])
  const [result] = out.split('\n')
  expect(JSON.parse(result ?? '')).toMatchObject({ scenario: 'feature-flag', abstained: true, calls: 1 })
})

test('the script of the guide is given to every request', async () => {
  const file = join(temporaryFolder(), 'replies.json')
  writeFileSync(file, printed('json', 'replies'))
  const only = 'feature-flag,certificate-expired'
  const { code, out, error } = await mendkit('eval', '--model', `scripted:${file}`, '--only', only, '--json')
  expect([code, error]).toEqual([0, ''])
  expect(out.match(/"calls":1/g)).toHaveLength(2)
})
