export { openaiChat } from './openai-chat.ts'
export { openaiResponses } from './openai-responses.ts'
export { type ReplyEvents, serverSentEvent, type WireProtocol, type WireRequest } from './protocol.ts'
export { type Script, type WireServer, wireServer } from './wire-server.ts'
