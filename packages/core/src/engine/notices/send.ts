import { type ErrorCode, MendkitError } from '../../errors.ts'
import type { Notice } from '../../model/notice.ts'
import type { CallContext } from '../../ports/context.ts'
import type { NoticeReceipt, Notifier } from '../../ports/notifier.ts'
import { understandReceipt } from '../answers/receipt.ts'
import { callPort } from '../call.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'

/** What the notifiers that were asked said about one notice, by id. */
export interface SendResult {
  readonly taken: readonly string[]
  readonly refused: readonly string[]
  readonly later: readonly string[]
  /** The longest wait that one of `later` asked for; 0 when none did. */
  readonly retryAfterMs: number
  /** The threads that those of `taken` answered, by notifier id. */
  readonly threads: Notice['threads']
}

type Answer = { readonly kind: 'taken' | 'refused' | 'later'; readonly retryAfterMs: number; readonly thread?: string }

/**
 * The notifiers that a notice is for. A host whose notifiers have all other names by now sends it to each of them: better
 * the wrong people than nobody.
 */
export function recipientsOf(parts: Pick<Parts, 'notifiers'>, { recipients }: Notice): readonly Notifier[] {
  if (recipients === undefined) return parts.notifiers
  const named = parts.notifiers.filter(({ id }) => recipients.includes(id))
  return named.length === 0 ? parts.notifiers : named
}

/** Ids of the notifiers that a notice is for and that the host no longer has. */
export function missingNotifiers(parts: Pick<Parts, 'notifiers'>, { recipients = [] }: Notice): readonly string[] {
  return recipients.filter((id) => !parts.notifiers.some((notifier) => notifier.id === id))
}

/** The notifiers that have neither taken nor refused a notice that is for them. */
export function openNotifiers(parts: Pick<Parts, 'notifiers'>, notice: Notice): readonly Notifier[] {
  const isOpen = ({ id }: Notifier) => !notice.deliveredTo.includes(id) && !notice.refusedBy.includes(id)
  return recipientsOf(parts, notice).filter(isOpen)
}

/**
 * Asks every open notifier at the same time, so that one that hangs or fails keeps nobody from being told. Rejects only
 * with the abort reason of `ctx`.
 */
export async function sendNotice(parts: Parts, notice: Notice, ctx: CallContext): Promise<SendResult> {
  const asked = openNotifiers(parts, notice)
  const answers = await Promise.all(asked.map((notifier) => ask(parts, notifier, notice, ctx)))
  const of = (kind: Answer['kind']) => asked.filter((_, index) => answers[index]?.kind === kind).map(({ id }) => id)
  const retryAfterMs = Math.max(0, ...answers.map((answer) => answer.retryAfterMs))
  const threads = asked.flatMap(({ id }, index) => {
    const thread = answers[index]?.thread
    return thread === undefined ? [] : [[id, thread]]
  })
  return {
    taken: of('taken'),
    refused: of('refused'),
    later: of('later'),
    retryAfterMs,
    threads: Object.fromEntries(threads),
  }
}

async function ask(parts: Parts, notifier: Notifier, notice: Notice, ctx: CallContext): Promise<Answer> {
  const labels = { notifier: notifier.id, urgency: notice.urgency }
  try {
    const answer = await callPort(parts, `notifier ${notifier.id}`, ctx, (within) => notifier.send(notice, within))
    parts.metrics.count('mendkit_notices_sent_total', labels)
    return { kind: 'taken', retryAfterMs: 0, ...receiptOf(parts, notifier, notice, answer) }
  } catch (error) {
    ctx.signal.throwIfAborted()
    const fields = { notice: notice.id, notifier: notifier.id }
    parts.log.warn(describeFailure(`notice ${notice.id} was not taken by notifier ${notifier.id}`, error), fields)
    parts.metrics.count('mendkit_notice_failures_total', labels)
    if (isRefusal(error)) return { kind: 'refused', retryAfterMs: 0 }
    return { kind: 'later', retryAfterMs: MendkitError.is(error) ? (error.retryAfterMs ?? 0) : 0 }
  }
}

/** Whatever is wrong with a receipt, its notice was taken: asking again would tell people twice. */
function receiptOf(parts: Parts, notifier: Notifier, notice: Notice, answer: unknown): NoticeReceipt {
  try {
    return understandReceipt(`notifier ${notifier.id}`, answer)
  } catch (error) {
    const fields = { notice: notice.id, notifier: notifier.id }
    parts.log.warn(describeFailure(`the receipt for notice ${notice.id} is left out`, error), fields)
    return {}
  }
}

/** What says that the same notice will never be taken. An error that is not known to say so, such as a lost connection, is tried again. */
const refusals: readonly ErrorCode[] = ['config', 'invalid', 'not-found', 'forbidden', 'rejected', 'unsupported']

function isRefusal(error: unknown): boolean {
  return refusals.some((code) => MendkitError.is(error, code))
}
