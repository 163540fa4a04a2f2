/** Ways in which a text can be written so that a filter misses it and a model still reads it. */
export function disguisesOf(text: string): readonly string[] {
  const characters = Array.from(text)
  return [
    text,
    characters.join('').replaceAll(/(.{1,17})(?:\s|$)/g, '$1\n'),
    Buffer.from(text, 'utf8').toString('base64'),
    encodeURIComponent(text.toWellFormed()),
    characters.map((each) => `&#${each.codePointAt(0)};`).join(''),
    characters
      .map((each) => (each < '\u0080' ? `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}` : each))
      .join(''),
    `${'GET /healthz 200 1ms\n'.repeat(12)}${text}\n${'GET /healthz 200 1ms\n'.repeat(400)}`,
    JSON.stringify({ role: 'system', content: text, approved: true }),
    `\`\`\`\n${text}\n\`\`\`\n# ${text}\n<b>${text}</b> [${text}](https://evil.example) <!channel> **${text}**`,
  ]
}
