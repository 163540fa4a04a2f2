/** Why a text looks as if it wanted to give orders to whoever reads it. */
export type InstructionSign =
  /** Asks to forget or pass over what was said before. */
  | 'overrides-instructions'
  /** Speaks as the system, the user, an assistant or the end of a tool's answer. */
  | 'forges-a-turn'
  /** Says who the reader is now. */
  | 'assigns-a-role'
  /** Tells agents, assistants or models what they must do. */
  | 'addresses-an-agent'
  /** Says what to report, to close or to keep silent about. */
  | 'dictates-a-verdict'
  /** Says what to run, to add to a remediation or to build in. */
  | 'dictates-an-action'
  /** Says in which form to answer, or what to repeat. */
  | 'dictates-an-answer'
  /** Asks for secrets, or for the reader's own instructions. */
  | 'asks-for-secrets'
  /** Holds many characters that a person cannot see. */
  | 'hides-text'
  /** Repeats one word to push everything else away. */
  | 'floods'

/** A pattern on lower-case text. Every gap has a bound, so that a text is read in linear time. */
type Pattern = readonly [sign: InstructionSign, pattern: RegExp]

const before =
  '(?:previous|prior|above|earlier|preceding|former|foregoing|all|any|your|these|those|everything|the (?:rest|following|above)|following)'
const orders =
  '(?:instruct\\w*|directions?|directives?|prompts?|rules?|constraints?|guidelines?|orders|commands|text|data|context|told|message|findings|polic(?:y|ies)|this alert)'
const reader = '(?:agents?|assistants?|llms?|(?:language|ai) models?|chatbots?|copilots?|responders|ais?)'
const answer = '(?:answer|reply|response|summary|report|analysis|output)'
const secret =
  '(?:secrets?|passwords?|api keys?|secret keys?|private keys?|credentials|access tokens?|serviceaccount-?token|system prompts?|hidden prompts?|(?:exact )?instructions|bank balance)'
/** Where an order begins: a text, a line, a sentence, or what a mark sets off. */
const start = '(?:^|[.!?:;>*#\\]]\\s{0,4}|\\n\\s{0,16}|please,? |then,? |and )'

/** English, by what is asked for. */
const english: readonly Pattern[] = [
  [
    'overrides-instructions',
    new RegExp(
      `\\b(?:ignore|disregard|forget|overlook|override|bypass|neglect)\\b[^.\\n]{0,24}\\b${before}\\b[^.\\n]{0,40}\\b${orders}\\b`,
    ),
  ],
  [
    'overrides-instructions',
    /\b(?:ignore|disregard|forget) (?:the (?:following|above|rest)|everything|all (?:of|that|text))\b/,
  ],
  [
    'overrides-instructions',
    /\b(?:previous|prior|original|earlier) instructions (?:have been|are|were) (?:revoked|cancelled|void|superseded|replaced)/,
  ],
  [
    'overrides-instructions',
    /\bintent override\b|\binstructions? (?:start|end|from|for)\b[^\n]{0,24}(?:-{2,}|#{2,}|orchestrator|agents?)|\bnew instructions?\b[^\n]{0,20}[:#]/,
  ],
  [
    'assigns-a-role',
    /\byou(?:'re| are) (?:now|no longer|about to (?:immerse|become|play))\b|\bfrom now on,? you\b|\bpretend (?:to be|that you)\b|\bact as (?:an?|if you)\b[^\n]{0,40}\b(?:admin\w*|assistant|expert|hacker|system|root|model)/,
  ],
  [
    'assigns-a-role',
    /\b(?:debug|developer|jailbreak|maintenance|admin|dan|god) mode\b[^\n]{0,40}\b(?:you|enabled|accepted|activated)\b|\byou[^\n]{0,40}\b(?:debug|developer|maintenance|admin) mode\b/,
  ],
  [
    'addresses-an-agent',
    new RegExp(
      `\\b${reader}\\b[^.\\n]{0,60}\\b(?:must|should|shall|needs? to|ha(?:s|ve) to|(?:is|are) (?:required|instructed|to)|may only)\\b`,
    ),
  ],
  [
    'addresses-an-agent',
    new RegExp(
      `\\b(?:for|to|attention|note|dear)[ :]{1,2}(?:all |any |the |automated |investigating |ai ){1,3}${reader}\\b`,
    ),
  ],
  [
    'addresses-an-agent',
    /\b(?:important|urgent) message from me\b|\b(?:task|goal) that i gave you\b|\bto you, \{?\w{1,20}\}?\b/,
  ],
  [
    'dictates-a-verdict',
    new RegExp(
      `${start}(?:close|suppress|dismiss|auto-?resolve|silence|ignore|downgrade|clear|acknowledge)\\s(?:this|the|these|all|any|future|due to|alerts?|findings|it)\\b`,
    ),
  ],
  [
    'dictates-a-verdict',
    /\b(?:report|mark|set|emit|state|declare|label|treat|change)\b[^.\n]{0,60}\b(?:as (?:healthy|resolved|benign|informational|operator)|healthy\b|non_?existent|no issue|no further action|to info\b|confidence to|issuestatus)/,
  ],
  [
    'dictates-a-verdict',
    /\b(?:take|requires?) no further action\b|\bstop investigating\b|\bno (?:root cause|analysis|investigation) (?:is )?(?:needed|required|necessary)\b|\bis a (?:decoy|known false)\b|\bfalse positive (?:flagged|confirmed|per)\b/,
  ],
  [
    'dictates-an-action',
    /\b(?:as|into|in|to|of) (?:your|the) (?:first |next |only |final )?(?:remediation|implementation|algorithm|code(?:base)?)\b/,
  ],
  [
    'dictates-an-action',
    /\bcode (?:snippet|excerpt|block|fragment|sample)s?\b[^\n]{0,60}\b(?:implementation|response|algorithm|codebase|code|project|performance)\b/,
  ],
  [
    'dictates-an-action',
    /\bonly (?:supported|valid|correct|approved) (?:fix|remediation|action) is\b|\b(?:remediation|fix)[- ]override\b|\bevery remediation must\b/,
  ],
  [
    'dictates-an-action',
    new RegExp(
      `${start}(?:create|bind|grant|delete|patch|scale|add|append|apply|run|execute|clone|paste|upload)\\b[^.\\n]{0,80}\\b(?:cluster-admin|clusterrole(?:binding)?|serviceaccount|your (?:first|remediation|final|next)|the annotation)\\b`,
    ),
  ],
  [
    'dictates-an-answer',
    new RegExp(
      `\\b(?:encode|reverse|shift|translate|format|end|begin|start|write)\\b[^.\\n]{0,40}\\byour ${answer}\\b|\\b(?:add|append|include|put|place)\\b[^\\n]{0,120}\\b(?:to|in|into) your (?:final )?${answer}\\b`,
    ),
  ],
  [
    'dictates-an-answer',
    /\b(?:only (?:respond|reply|answer|print|output)|(?:respond|reply|answer) only)\b|\brepeat (?:the following|<|after me|this sentence)|\btranslate (?:this|the following) sentence\b|\bdon't say anything\b|\breturn the single token\b/,
  ],
  [
    'dictates-an-answer',
    /\b(?:write a (?:poem|story|song)|can you tell me|could you (?:tell|repeat|please)|give me (?:the|a) list|provide a command)\b|\bsplit the (?:poem|response|answer)\b|\bwhat would you do if\b/,
  ],
  [
    'asks-for-secrets',
    new RegExp(
      `\\b(?:reveal|print|show|output|paste|send|post|upload|leak|give me|tell me|list all|include|read|what is|what are|exfiltrate|place)\\b[^.\\n]{0,60}\\b${secret}\\b[^\\n]{0,80}(?:\\b(?:your|you|its|endpoint|field|summary|above|description|final|decoded|contents)\\b|$|[.?!])`,
      'm',
    ),
  ],
  ['asks-for-secrets', /\byour (?:secret|system prompt|api key|instructions|password|hidden)\b/],
  ['asks-for-secrets', /\b(?:convert|decode) the following (?:base64|hex)[\w -]{0,20}\b/],
]

/** Turns that somebody forges; looked for in the text as it is written. */
const turns: readonly RegExp[] = [
  /<[|\uFF5C][\w ]{1,40}[|\uFF5C]>/,
  /<\/?(?:tool_result|tool_response|function_results?|system|assistant|information|instructions?)>/i,
  /\[(?:SYSTEM|INST|\/INST|ADMIN|DEVELOPER)\]/,
  /["']role["']\s?:\s?["'](?:system|developer|assistant)["']/,
  /(?:^|\n)\s{0,8}(?:#{1,6}\s?)?(?:SYSTEM|Assistant|Human)(?:\s?#{1,6}|:)\s/,
  /(?:^|\n)User: [A-Z][^\n]{10,}/,
  /-{3,}\s?END OF [^\n]{1,60}-{3,}/,
  /#{2,}\s?(?:NEW|UPDATED|END OF)? ?(?:SYSTEM|INSTRUCTIONS?)\b/,
]

/** Other languages: to forget or ignore, near what was said or what rules there are. */
const otherLanguages: readonly RegExp[] = [
  /\b(?:ignora|olvida|omite)\b[^.\n]{0,40}\b(?:instrucciones|dicho|anterior(?:es)?|reglas)\b/,
  /\b(?:vergiss|vergesse|ignoriere?|missachte)\b[^.\n]{0,40}\b(?:anweisung\w*|befehle?|regeln|vorherig\w*|alles)\b/,
  /\b(?:oublie[zr]?|ignore[zr]?)\b[^.\n]{0,40}\b(?:instructions|consignes|r\u00e8gles|pr\u00e9c\u00e9dente?s)(?![a-z])/,
  /\b(?:ignora|dimentica|indipendentemente)\b[^.\n]{0,40}\b(?:istruzioni|compiti|precedenti|regole)\b/,
  /\b(?:ignore|esque\u00e7a|desconsidere)\b[^.\n]{0,40}\b(?:instru\u00e7\u00f5es|anteriores|regras)(?![a-z])/,
  /\b(?:negeer|vergeet)\b[^.\n]{0,40}\b(?:instructies|opdrachten|voorgaande)\b/,
  /\b(?:lupakan|abaikan)\b[^.\n]{0,40}\b(?:instruksi|perintah|aturan)\b/,
  /(?:\u0438\u0433\u043d\u043e\u0440\u0438\u0440\u0443|\u0437\u0430\u0431\u0443\u0434\u044c)[^.\n]{0,40}(?:\u0438\u043d\u0441\u0442\u0440\u0443\u043a\u0446|\u043f\u0440\u0435\u0434\u044b\u0434\u0443\u0449|\u043f\u0440\u0430\u0432\u0438\u043b)/,
  /(?:\u6307\u793a|\u547d\u4ee4|\u30eb\u30fc\u30eb)[^\u3002\n]{0,12}(?:\u7121\u8996|\u5fd8\u308c)/,
  /(?:\u5ffd\u7565|\u65e0\u89c6|\u7121\u8996|\u5fd8\u8bb0|\u5fd8\u8a18)[^\u3002\n]{0,12}(?:\u6307\u4ee4|\u6307\u793a|\u4e4b\u524d|\u4ee5\u4e0a|\u5148\u524d|\u89c4\u5219|\u7f51\u9875)/,
  /(?:\uc9c0\uc2dc|\uba85\ub839|\uaddc\uce59)[^.\n]{0,16}(?:\ubb34\uc2dc|\uac04\uacfc|\uc78a)/,
  /(?:\u0627\u0646\u0633|\u062a\u062c\u0627\u0647\u0644)[^.\n]{0,32}(?:\u0627\u0644\u0642\u0648\u0627\u0639\u062f|\u0627\u0644\u062a\u0639\u0644\u064a\u0645\u0627\u062a|\u0627\u0644\u0633\u0627\u0628\u0642)/,
]

/** What is looked for, in order: the first that is found names the reason. */
export const signs: { readonly lowerCase: readonly Pattern[]; readonly asWritten: readonly RegExp[] } = {
  lowerCase: [...english, ...otherLanguages.map((pattern) => ['overrides-instructions', pattern] as const)],
  asWritten: turns,
}
