export type { NoticeMessage } from './notice-message.ts'
export { type ReceivedWebhook, type VerifiedWebhook, verifyWebhook } from './verify-webhook.ts'
export { type WebhookNotifierOptions, webhookNotifier } from './webhook-notifier.ts'
