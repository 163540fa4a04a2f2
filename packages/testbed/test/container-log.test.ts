import { expect, test } from 'vitest'
import { logText } from '../src/kubelet/container-log.ts'

const line = (second: number, text: string) => ({ at: new Date(Date.UTC(2026, 0, 1, 0, 0, second)), text })
const lines = [line(1, 'one'), line(2, 'two'), line(3, 'three')]
const now = new Date(Date.UTC(2026, 0, 1, 0, 0, 4))

test.each([
  [{}, 'one\ntwo\nthree\n'],
  [{ tailLines: 1 }, 'three\n'],
  [{ tailLines: 0 }, ''],
  [{ tailLines: 9 }, 'one\ntwo\nthree\n'],
  [{ sinceSeconds: 2 }, 'two\nthree\n'],
  [{ limitBytes: 5 }, 'one\nt'],
  [{ tailLines: 1, timestamps: true }, '2026-01-01T00:00:03.000Z three\n'],
])('%j', (selection, text) => {
  expect(logText(lines, { timestamps: false, ...selection }, now)).toBe(text)
})
