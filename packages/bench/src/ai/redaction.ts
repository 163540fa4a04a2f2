import { redact } from '@mendkit/core'
import { type Effort, type Row, shareRow } from '../row.ts'

/** Megabytes of text in a second of processor time: what the redactor does to it beside what JSON does. */
export async function* redaction({ rounds, smoke }: Effort): AsyncIterable<Row> {
  const clean = cleanText(smoke ? 200 : 4_000)
  const secretive = clean.map((line, at) => (at % 20 === 0 ? `${line} password=hunter2-${at}` : line))
  const kinds = { 'clean text': clean, 'text with a secret in every twentieth line': secretive }
  for (const [name, lines] of Object.entries(kinds)) {
    const texts = chunked(lines)
    const ours: number[] = []
    const json: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      ours.push(rate(texts, redact))
      json.push(rate(texts, (text) => JSON.parse(JSON.stringify(text))))
    }
    yield shareRow(`redaction of ${name}`, 'MB/s', ours, { name: 'JSON.stringify and JSON.parse', values: json }, 0.005)
  }
}

/** Logs, events and manifests as a diagnosis reads them, with other ids in every line. */
function cleanText(lines: number): readonly string[] {
  const id = (at: number, length: number) => (at * 2_654_435_761).toString(16).padStart(length, '0').slice(0, length)
  const forms: readonly ((at: number) => string)[] = [
    (at) =>
      `2026-01-02T03:04:05.678Z level=info trace_id=${id(at, 8)}${id(at + 1, 8)} msg="request served" path=/cart/${at} ms=12`,
    (at) =>
      `Warning BackOff kubelet Back-off restarting failed container app in pod checkout-7d4b9c6f5d-x2xkq_shop(${id(at, 8)}-5717)`,
    (at) => `{"kind":"Pod","metadata":{"name":"checkout-${id(at, 8)}","namespace":"shop","resourceVersion":"${at}"}}`,
    (at) => `E0102 03:04:05.678901 1 reflector.go:${at}] failed to list *v1.ConfigMap: connection refused`,
    () => '\tat com.shop.checkout.PaymentService.charge(PaymentService.java:117)',
  ]
  return Array.from({ length: lines }, (_, at) => forms[at % forms.length]?.(at) ?? '')
}

/** Texts of some kilobytes: evidence comes in such. */
function chunked(lines: readonly string[]): readonly string[] {
  const texts: string[] = []
  for (let at = 0; at < lines.length; at += 50) texts.push(lines.slice(at, at + 50).join('\n'))
  return texts
}

function rate(texts: readonly string[], work: (text: string) => unknown): number {
  const began = process.cpuUsage()
  let characters = 0
  for (const text of texts) {
    work(text)
    characters += text.length
  }
  const { user, system } = process.cpuUsage(began)
  return characters / Math.max(1, user + system)
}
