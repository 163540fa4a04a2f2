import { setTimeout as sleep } from 'node:timers/promises'
import { cut, pad, tone, widthOf, wrap } from './text.ts'

/** Where the story is told. */
export interface Screen {
  /** Columns for text, the margin included. */
  readonly width: number
  /** Whether somebody watches it as it plays, so that time may be taken and lines may be drawn again. */
  readonly isLive: boolean
  /** Says one line. What is too long is cut. */
  say(line?: string): Promise<void>
  /** Says plain text of any length, broken into lines behind a prefix. */
  tell(text: string, options?: { readonly prefix?: string; readonly style?: (line: string) => string }): Promise<void>
  /** Begins a chapter. */
  chapter(title: string): Promise<void>
  /** Shows lines that change, until `done` settles; then they are gone. Shows nothing where nobody watches. */
  live<Result>(frame: () => readonly string[], done: Promise<Result>): Promise<Result>
  /** Time to read. Passes at once where nobody watches. */
  pause(ms: number): Promise<void>
}

const margin = '  '
const widest = 96
/** Where nobody says how wide it is; some terminals claim to have no columns. */
const usual = 80
const lineEveryMs = 35
const frameEveryMs = 90

/** The terminal, or whatever standard output is. A signal that aborts ends what is being shown with its reason. */
export function openScreen(output: NodeJS.WriteStream, signal: AbortSignal): Screen {
  const isLive = output.isTTY === true && process.env['TERM'] !== 'dumb'
  const columns = () => Math.min(widest, (isLive && output.columns) || usual)
  const width = columns()

  async function say(line = ''): Promise<void> {
    signal.throwIfAborted()
    output.write(`${line === '' ? '' : cut(margin + line, width)}\n`)
    if (isLive) await sleep(lineEveryMs, undefined, { signal })
  }

  return {
    width,
    isLive,
    say,
    async tell(text, { prefix = '', style = (line: string) => line } = {}) {
      const room = width - margin.length - widthOf(prefix)
      const [first = '', ...rest] = wrap(text, room)
      await say(prefix + style(first))
      for (const line of rest) await say(pad('', widthOf(prefix)) + style(line))
    },
    async chapter(title) {
      await say()
      const rule = '─'.repeat(Math.max(0, width - margin.length - widthOf(title) - 4))
      await say(`${tone('quiet', '──')} ${tone('title', title)} ${tone('quiet', rule)}`)
      await say()
    },
    async live(frame, done) {
      if (!isLive) return done
      const painter = paint(output, frame, columns)
      try {
        return await done
      } finally {
        painter.stop()
      }
    },
    async pause(ms) {
      if (isLive) await sleep(ms, undefined, { signal })
    },
  }
}

/** Says nothing, to nobody. */
export function silentScreen(): Screen {
  const nothing = () => Promise.resolve()
  return {
    width: 80,
    isLive: false,
    say: nothing,
    tell: nothing,
    chapter: nothing,
    live: (_, done) => done,
    pause: nothing,
  }
}

/** Draws a frame over the last one, each in a single write so that nothing is seen half drawn. */
function paint(output: NodeJS.WriteStream, frame: () => readonly string[], columns: () => number) {
  let height = 0
  const home = () => (height === 0 ? '\r' : `\u001b[${height}A\r`)
  const draw = () => {
    const lines = frame().map((line) => cut(margin + line, columns() - 1))
    output.write(`${home()}${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`)
    height = lines.length
  }
  output.write('\u001b[?25l')
  draw()
  const timer = setInterval(draw, frameEveryMs)
  return {
    stop() {
      clearInterval(timer)
      output.write(`${home()}\u001b[J\u001b[?25h`)
    },
  }
}
