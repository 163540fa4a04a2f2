/** Characters of terse technical text that a token holds; real tokenizers lie between three and four. */
const charactersPerToken = 3.5

/** Roughly how many tokens a model reads in a text. Nobody counts them before the provider does. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken)
}

/** Roughly how many characters so many tokens hold. */
export function charactersIn(tokens: number): number {
  return Math.floor(tokens * charactersPerToken)
}
