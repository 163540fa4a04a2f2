/** Globals that are never used, in any form. */
export const bannedGlobals: ReadonlySet<string> = new Set([
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'queueMicrotask'],
  ...['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest', 'MessageChannel', 'BroadcastChannel', 'Atomics'],
  ...['performance', 'crypto', 'Crypto', 'SubtleCrypto', 'scheduler', 'navigator', 'Intl', 'Temporal'],
  ...['eval', 'Function', 'globalThis', 'global', 'window', 'self', 'require', 'module', 'Reflect'],
])

/** Globals of which only some members may be used; the object itself may not be passed on. */
export const guardedGlobals: Readonly<Record<string, ReadonlySet<string>>> = {
  Date: new Set(['UTC', 'parse', 'prototype']),
  Math: new Set([
    ...[
      'abs',
      'ceil',
      'floor',
      'round',
      'trunc',
      'sign',
      'max',
      'min',
      'pow',
      'sqrt',
      'log',
      'log2',
      'log10',
      'exp',
      'clz32',
    ],
    ...['E', 'PI', 'LN2', 'LN10', 'imul', 'fround', 'hypot'],
  ]),
  AbortSignal: new Set(['abort', 'any']),
  process: new Set(['version', 'versions', 'platform', 'arch']),
}

/** Members that depend on the machine's language or time zone, whatever they are called on. */
export const bannedMembers: ReadonlySet<string> = new Set([
  ...[
    'localeCompare',
    'toLocaleString',
    'toLocaleDateString',
    'toLocaleTimeString',
    'toLocaleUpperCase',
    'toLocaleLowerCase',
  ],
])

/** Members of `Date` that read the machine's time zone. */
export const localDateMember =
  /^(?:[gs]et(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds)|getTimezoneOffset|getYear|to(?:Date|Time)?String)$/

/** What may be taken from Node; a module that is not here may not be imported at all. */
export const nodeImports: Readonly<Record<string, RegExp>> = {
  'node:crypto':
    /^(?:createHash|createHmac|hash|sign|verify|timingSafeEqual|constants|create(?:Private|Public|Secret)Key|[A-Z]\w*)$/,
  'node:zlib': /^(?:\w+Sync|constants|crc32)$/,
  'node:buffer': /^Buffer$/,
  'node:util': /^(?:inspect|isDeepStrictEqual|stripVTControlCharacters|types|TextDecoder|TextEncoder)$/,
}
