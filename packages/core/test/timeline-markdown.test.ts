import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bullets, code, fenced, joined, type Markdown, md, table } from '../src/engine/timeline/markdown.ts'
import { nodeTypes, parseMarkdown, textOf } from './support/markdown.ts'

/** What a text from outside must never become. */
const forbidden = [
  'link',
  'linkReference',
  'image',
  'imageReference',
  'html',
  'emphasis',
  'strong',
  'delete',
  'definition',
]

const hostile = [
  '# a heading',
  '- a list',
  '1. a list',
  '> a quote',
  '---',
  '===',
  '```\nout of the block\n# heading\n```',
  '~~~',
  '`` ` ``',
  '`code` that `` does ``` not end',
  '[click](http://evil.test)',
  '![see](http://evil.test/x.png)',
  '[click][ref]\n\n[ref]: http://evil.test',
  '<script>alert(1)</script>',
  '<http://evil.test>',
  '&lt;b&gt; &#60;b&#62;',
  'http://evil.test/a?b=c',
  'see www.evil.test, or (http://evil.test)',
  'mail me@evil.test',
  '@everyone #123',
  '**bold** _em_ ~~gone~~ __x__',
  'a | b | c\n--- | --- | ---\n1 | 2 | 3',
  'a \\| b',
  'ends with a backslash \\',
  '\\`not code\\`',
  '    four spaces',
  '\ttab',
  '[^1]: a footnote',
  '- [x] done',
  'javascript:alert(1)',
  '$x$ $$y$$',
  'line one\r\nline two\u2028line three',
  '\u202Ereversed',
  '',
  ' ',
]

function documentOf(text: string): Markdown {
  return joined(
    [
      md`# Title: ${text}`,
      md`${text}`,
      md`Words, ${text}, and more words.`,
      bullets([md`${text}`, code(text), md`said: ${text}`]),
      table(['One', 'Two'], [[md`${text}`, code(text)]]),
      fenced(text, 'diff'),
      md`The end.`,
    ],
    '\n\n',
  )
}

function assertHarmless(text: string): void {
  const tree = parseMarkdown(documentOf(text).markdown)
  expect([...nodeTypes(tree)].filter((type) => forbidden.includes(type))).toEqual([])
  const blocks = tree.children.map((child) => child.type)
  // The second block is the text alone: nothing, when the text is empty. Blanks that would be invisible are shown.
  const isEmpty = text.replaceAll(/[\v\f\ufeff\u2028\u2029]/g, 'shown').trim() === ''
  expect(isEmpty ? blocks.toSpliced(1, 0, 'paragraph') : blocks).toEqual([
    'heading',
    'paragraph',
    'paragraph',
    'list',
    'table',
    'code',
    'paragraph',
  ])
  const [list] = tree.children.filter((child) => child.type === 'list')
  for (const item of list?.type === 'list' ? list.children : []) {
    expect(item.children.map((child) => child.type).join()).toMatch(/^(paragraph)?$/)
    expect(item.checked ?? null).toBeNull()
  }
  const [grid] = tree.children.filter((child) => child.type === 'table')
  expect(grid?.type === 'table' ? grid.children.map((row) => row.children.length) : []).toEqual([2, 2])
  expect(textOf(tree).endsWith('The end.')).toBe(true)
}

test.each(hostile)('%j cannot become markup', (text) => {
  assertHarmless(text)
})

test('no text can become markup', () => {
  const fragments = fc.constantFrom(
    ...hostile,
    '`',
    '``',
    '|',
    '\\',
    '\n',
    '\n\n',
    ' ',
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    '!',
    '*',
    '_',
    '~',
    '#',
    '=',
    '-',
    '+',
    '1.',
    ':',
    '//',
    'http',
    'www.',
    'x',
    '&',
    ';',
  )
  const text = fc.array(fc.oneof(fragments, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 8 })
  fc.assert(
    fc.property(text, (parts) => assertHarmless(parts.join(''))),
    { numRuns: 300 },
  )
})

test('plain words and their marks are shown as they are', () => {
  const text = 'The pod restarts (5 times) - 100% of the time; see "events" & logs! a_b_c <none> 2*3'
  expect(textOf(parseMarkdown(md`Said: ${text}`.markdown))).toBe(`Said: ${text}`)
  expect(textOf(parseMarkdown(code('a `b` c').markdown))).toBe('a `b` c')
})

test('a block keeps its lines, shows what would hide, and says how much it leaves out', () => {
  const tree = parseMarkdown(fenced('- old\n+ new\u202E\n```\n', 'diff').markdown)
  expect(tree.children).toMatchObject([{ type: 'code', lang: 'diff', value: '- old\n+ new\ufffd\n```' }])
  expect(fenced('x'.repeat(20_005), 'text').markdown).toContain('(5 more characters are left out here)')
})
