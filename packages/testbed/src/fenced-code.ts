/** What a Markdown document shows in the fences of one language, in order. Fences inside lists and quotes do not count. */
export function fencedCode(markdown: string, language: string): readonly string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm')
  return [...markdown.matchAll(fence)].map(([, code = '']) => code)
}
