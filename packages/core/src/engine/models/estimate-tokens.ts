import type { ModelMessage, ModelRequest } from '../../model/model-call.ts'

/** What providers put around every call, every message and every tool, on the high side: some add a page when there are tools. */
const perCall = 32
const perMessage = 16
const perTool = 16
const whenTools = 700

/**
 * At most so many tokens a request is read as. It is told by shapes, without the tokenizer of any provider: letters in one run of
 * one case, as long as words are, count half each, a space before something nothing, every other ASCII character one, and what is beyond ASCII one for
 * each of its bytes, which is the most that any tokenizer of bytes makes of them. Texts of clusters come out at about
 * twice what is billed; only text that was made to be costly can be billed higher, and then what was really used is settled.
 */
export function estimateTokens({ instructions, messages, tools, output }: ModelRequest): number {
  const parts = [
    tokensOf(instructions),
    ...messages.map((each) => perMessage + tokensOfMessage(each)),
    ...tools.map(({ name, description, input }) => perTool + tokensOf(name + description + JSON.stringify(input))),
    output === undefined ? 0 : perTool + tokensOf(output.name + JSON.stringify(output.schema)),
  ]
  const isFormed = tools.length > 0 || output !== undefined
  return parts.reduce((sum, each) => sum + each, perCall + (isFormed ? whenTools : 0))
}

/** At most so many tokens a text is. */
export function tokensOf(text: string): number {
  let tokens = 0
  for (const [piece] of text.matchAll(/[a-z]+|[A-Z]+|[^a-zA-Z]/gu)) {
    if (isLetter(piece)) tokens += Math.ceil(piece.length <= longestWord ? piece.length / 2 : piece.length)
    else if (piece !== ' ') tokens += piece <= '\u{7f}' ? 1 : bytesOf(piece)
    else tokens += spaceCosts
  }
  return Math.ceil(tokens)
}

/** Longer runs of letters are no words, and tokenizers know no more than their letters. */
const longestWord = 24
/** Most spaces belong to the token of the word behind them; a run of them is few tokens. */
const spaceCosts = 0.25

function isLetter(piece: string): boolean {
  return /^[a-zA-Z]/.test(piece)
}

function bytesOf(character: string): number {
  return new TextEncoder().encode(character).length
}

function tokensOfMessage(message: ModelMessage): number {
  switch (message.role) {
    case 'user':
      return tokensOf(message.text)
    case 'assistant': {
      const { text, toolCalls, continuation } = message
      const calls = toolCalls.map(({ id, name, input }) => perTool + tokensOf(id + name + JSON.stringify(input)))
      const kept = continuation === undefined ? 0 : tokensOf(JSON.stringify(continuation.data))
      return calls.reduce((sum, each) => sum + each, tokensOf(text) + kept)
    }
    case 'tool':
      return message.results.reduce((sum, { callId, name, text }) => sum + perTool + tokensOf(callId + name + text), 0)
  }
}
