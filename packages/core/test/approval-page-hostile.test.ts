import { approvalHandler, definePolicy, defineRule, type Principal } from '@mendkit/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { difference } from '../src/engine/approval-page/difference.ts'
import { html, visible } from '../src/engine/approval-page/html.ts'
import { ann, pageAddress } from './support/approval-page.ts'
import { freshWorld, openShop, setFlag } from './support/shop.ts'

/** The pages of an incident in which every text that somebody outside can write is this one. */
async function pagesWith(text: string): Promise<string> {
  const world = freshWorld()
  const whole = setFlag(world)
  const preview: typeof whole.preview = async (input, ctx) => {
    const shown = await whole.preview(input, ctx)
    const target = { ...(shown.target ?? (input.target as never)), name: text }
    return { ...shown, target, diff: `- a: ${text}\n+ b: ${text}`, doubts: [text], managedBy: [text] }
  }
  const rule = defineRule({
    id: 'flag-on',
    description: 'the flag is on',
    match: ({ facts }) => ({
      seen: facts,
      cause: 'bad-flag',
      summary: text,
      rootCause: { cluster: 'c', apiVersion: 'v1', kind: 'Flag', name: text },
      actions: [{ type: 'shop.set-flag', params: { on: false } }],
    }),
  })
  const ask = definePolicy({ id: 'ask', decide: () => ({ kind: 'ask', because: text, approvers: ['approver', text] }) })
  const shop = openShop({ world, action: { ...whole, preview }, rules: [rule], policies: [ask] })
  await shop.fire([text])
  await shop.until('awaiting-approval')
  const handler = approvalHandler(shop.mendkit, { authenticate: () => ann, clock: shop.clock, key: 'k'.repeat(32) })
  const [open] = await shop.mendkit.approvals.list()
  const bob: Principal = { ...ann, id: 'bob' }
  const pages = []
  for (const query of ['', `?approval=${open?.id}`]) {
    pages.push(await (await handler(new Request(pageAddress + query))).text())
  }
  await shop.mendkit.approvals.reject(open?.id ?? '', { by: bob, digest: open?.digest ?? '', because: text })
  await shop.until('handed-over')
  pages.push(await (await handler(new Request(`${pageAddress}?approval=${open?.id}`))).text())
  await shop.stop()
  return pages.join('\n')
}

/** Names of tags and attributes, in order: what a browser would build, whatever the texts are. */
function structure(page: string): string {
  const tags = page.match(/<[^>]*>/g) ?? []
  return tags.map((tag) => tag.replaceAll(/"[^"]*"/g, '""')).join('')
}

const hostile = [
  '<script>fetch("/approve")</script>',
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus='alert(1)",
  '</pre></main><form method=post><button name=answer value=approve>',
  '</style><style>*{display:none}',
  '</title><meta http-equiv=refresh content=0;url=//evil>',
  '<!-- ',
  '&lt;b&gt;&#60;b&#62;',
  '`{{7*7}}` <%= 1 %> {% raw %}',
  'javascript:alert(1)',
]

describe('texts from outside', () => {
  test.each(hostile)('build nothing: %s', async (text) => {
    expect(structure(await pagesWith(text))).toBe(structure(await pagesWith('harmless')))
  })

  test('that turn, hide or pile up characters are shown as what they are', async () => {
    const pages = await pagesWith('a\u200f\u061cb\u00adc\u3164d\u2800e\ufe0ff\u00a0g\u{1d173}h')
    const codes = ['200F', '061C', '00AD', '3164', '2800', 'FE0F', '00A0', '1D173']
    for (const name of codes) expect(pages).toContain(`[U+${name}]`)
    for (const name of codes) expect(pages).not.toContain(String.fromCodePoint(Number.parseInt(name, 16)))
  })
})

const anyCharacter = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })

test('no text leaves its place in a piece of HTML, neither in text nor in an attribute, and it reads as it is', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.oneof(fc.constantFrom('&', '<', '>', '"', "'", '`', '='), anyCharacter) }),
      (text) => {
        const { html: page } = html`<p title="${text}">${text}</p>`
        const [, attribute, inner] = /^<p title="([^"]*)">([^<>]*)<\/p>$/.exec(page) ?? []
        expect(attribute).toBeDefined()
        expect(inner).toBe(attribute)
        expect(decoded(inner ?? '')).toBe(visible(text))
      },
    ),
  )
})

test('what is visible and stands still stays as it is', () => {
  for (const text of [
    'plain words, 12 %',
    'tab\tand\nline',
    'Ärger über naïve café',
    '日本語',
    'שלום',
    'e\u0301',
    '🙂',
  ]) {
    expect(visible(text)).toBe(text)
  }
  expect(visible(`e${'\u0301'.repeat(50)}`)).toBe(`e${'\u0301'.repeat(4)}[more marks]`)
  expect(visible('\u202e\u2066\u200b\u0000\u001b[2J\ud800')).toBe('[U+202E][U+2066][U+200B][U+0000][U+001B][2J\ufffd')
})

test('a difference is one block for each of its lines, whatever is in them', () => {
  expect(difference('+ a\n- b\n  c\n').html).toBe('<pre><ins>+ a</ins><del>- b</del><span>  c</span></pre>')
  expect(difference('+ <ins>\u2028- x').html).toBe('<pre><ins>+ &lt;ins&gt;[U+2028]- x</ins></pre>')
})

function decoded(text: string): string {
  const characters = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`' } as const
  return text.replaceAll(/&(amp|lt|gt|quot|#39|#96);/g, (_, name: keyof typeof characters) => characters[name])
}
