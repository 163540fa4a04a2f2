import type { ApproverGroup } from '../../model/approver-group.ts'
import type { JoinedBlob } from '../../model/event.ts'
import type { Principal } from '../../model/principal.ts'
import { describeResource, type Resource } from '../../model/resource.ts'
import { duration, utc } from '../timeline/times.ts'
import { type Html, html, nothing } from './html.ts'

/** Text as code. */
export function code(text: string): Html {
  return html`<code>${text}</code>`
}

/** An object. */
export function resource(about: Resource): Html {
  return code(describeResource(about))
}

/** Who, and how the host knows it. */
export function principal({ id, via }: Principal): Html {
  return html`<bdi>${id}</bdi> (via <bdi>${via}</bdi>)`
}

/** A point in time. */
export function time(at: number | string): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${utc(at)}</time>`
}

/** `in 24 min`, `3 min ago`. */
export function fromNow(at: number, now: number): string {
  return at > now ? `in ${duration(at - now)}` : `${duration(now - at)} ago`
}

/** `2 of sre or dba, and 1 of ann`. */
export function groups(of: readonly ApproverGroup[]): Html {
  const each = of.map(({ names, count }) => html`${count} of ${separated(names.map(code), ' or ')}`)
  return separated(each, ', and ')
}

/** A text from outside as a quotation, or what became of it. */
export function quote(text: JoinedBlob): Html {
  if ('erased' in text) return html`<p class="quiet">(this text was erased)</p>`
  if ('altered' in text) return html`<p class="warn">(this text was altered in the store; see audit.verify)</p>`
  return html`<p class="quote" dir="auto">${text.text}</p>`
}

/** A list, or nothing when it would be empty. */
export function list(items: readonly Html[]): Html {
  return items.length === 0 ? nothing : html`<ul>${items.map((item) => html`<li>${item}</li>\n`)}</ul>`
}

/** Pieces with words between them. */
export function separated(pieces: readonly Html[], separator: string): Html {
  return html`${pieces.map((piece, index) => (index === 0 ? piece : html`${separator}${piece}`))}`
}
