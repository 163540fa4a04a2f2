/** How a token of some maker begins, and what follows: characters of a class, so many at least. */
type Shape = readonly [beginning: string, rest: string]

const word = '[A-Za-z0-9]'
const wide = '[\\w-]'
const dotted = '[\\w.-]'
const hex = '[0-9a-f]'
const base64 = '[A-Za-z0-9+/]'

const cloud: readonly Shape[] = [
  ['A(?:KIA|SIA|ROA|IDA|GPA|NPA|NVA|BIA|CCA)', '[A-Z0-9]{16}(?![A-Za-z0-9])'],
  ['ABSK', `${base64}{40,}={0,2}`],
  ['amzn\\.mws\\.', '[0-9a-f-]{36}'],
  ['AIza', `${wide}{30,}`],
  ['ya29\\.', `${dotted}{20,}`],
  ['1//0', `${wide}{30,}`],
  ['GOCSPX-', `${wide}{20,}`],
  ['LTAI', `${word}{12,30}(?!${word})`],
  ['AKID', `${word}{32}`],
  ['AQVN', `${wide}{30,}`],
  ['SCW[A-Z0-9]{17}(?![A-Za-z0-9])', ''],
  ['[A-Za-z0-9_.-]{3}\\dQ~', '[\\w.~-]{31,}'],
  ['nvapi-', `${wide}{40,}`],
  ['dapi', `${hex}{32}`],
]

const general: readonly Shape[] = [
  ['gh[opsur]_', `${word}{20,}`],
  ['github_pat_', '\\w{22,}'],
  ['gl(?:pat|dt|rt|rtr|cbt|ptt|ft|ffct|imt|agent|oas|soat|wt)-', `${dotted}{16,}`],
  ['GR1348941', `${wide}{16,}`],
  ['xox[abeoprs]-', `${wide}{10,}`],
  ['xoxe\\.xox[bp]-', `${wide}{10,}`],
  ['xapp-\\d-', `${wide}{10,}`],
  ['npm_', `${word}{30,}`],
  ['pypi-', `${wide}{32,}`],
  ['rubygems_', `${hex}{40,}`],
  ['cio', `${word}{32}(?!${word})`],
  ['oy2', '[a-z0-9]{43}(?![a-z0-9])'],
  ['CLOJARS_', `${word}{40,}`],
  ['dckr_(?:pat|oat)_', `${wide}{20,}`],
  ['hv[sbr]\\.', `${wide}{20,}`],
  [`${word}{14}\\.atlasv1\\.`, `${wide}{40,}`],
  ['do[opr]_v1_', `${hex}{40,}`],
  ['gl(?:sa|c)_', '[\\w=]{30,}'],
  ['lin_(?:api|oauth)_', '\\w{30,}'],
  ['ntn_', `${word}{30,}`],
  ['dp\\.(?:pt|st|ct|sa|scim|audit)\\.', `${dotted}{30,}`],
  ['ops_eyJ', `${base64}{40,}`],
  ['AGE-SECRET-KEY-1', '[A-Z0-9]{40,}'],
  ['pul-', `${hex}{40}`],
  ['sntry[su]_', `${base64}{30,}`],
  ['dt0[a-z]\\d\\d\\.', '[A-Z0-9]{24}\\.[A-Z0-9]{40,}'],
  ['hc[abx]ik_', `${word}{40,}`],
  ['NR(?:AK|II|IQ|JS|RA|SP)-', `${wide}{19,}`],
  [`${hex}{36}NRAL`, ''],
  ['AT(?:ATT|CTT|BB)', `${wide}{20,}=?`],
  ['fig[doru]_', `${wide}{30,}`],
  ['shp(?:at|ca|pa|ss)_', `${word}{32}`],
  ['sq0(?:atp|csp|idp)-', `${wide}{20,}`],
  ['EAA[A-Z]', `${word}{40,}`],
  ['sq[apu]_', `${hex}{40}`],
  ['CCI(?:PAT|PRJ)_', `${wide}{30,}`],
  ['bk[uap][ab]?_', `${hex}{40}`],
  ['AKCp\\d', `${word}{50,}`],
  ['sgp_', '\\w{40,}'],
  ['PMAK-', `${wide}{50,}`],
  ['pat-(?:na|eu)\\d-', '[0-9a-f-]{36}'],
  ['tskey-[a-z]{3,8}-', `${wide}{20,}`],
  ['K10', `${hex}{64}::(?:server|node):${word}{16,}`],
  ['token-[a-z0-9]{5}:', '[a-z0-9]{50,}'],
  ['(?:fm[12]_|fo1_)', `${wide}{30,}`],
  ['HRKU-', `${wide}{30,}`],
  ['nfp_', `${word}{30,}`],
  ['vc[aiklpr]_', `${word}{20,}`],
  ['v1\\.0-', `${hex}{24}-${hex}{100,}`],
  ['rnd_', `${word}{24,}`],
  ['sbp_', `${hex}{40}`],
  ['pscale_(?:tkn|pw|oauth)_', `${dotted}{30,}`],
  ['mdb_sa_sk_', `${wide}{30,}`],
  ['PMAT-', `${word}{20,}`],
  ['apify_api_', `${word}{30,}`],
  ['CFPAT-', `${wide}{40,}`],
  ['pnu_', `${word}{30,}`],
  ['secret_', `${word}{43}(?!${word})`],
  [`(?=pat)${word}{17}\\.`, `${hex}{64}`],
  ['pat\\.', `${wide}{20,24}\\.${word}{20,24}\\.${word}{18,}`],
  ['sl\\.', `${wide}{100,}`],
  ['[MNO][A-Za-z\\d]{23,25}\\.', `${wide}{6}\\.${wide}{27,}`],
  ['\\d{8,10}:AA', `${wide}{32,}`],
  ['access_token\\$(?:production|sandbox)\\$', '[0-9a-z]{16}\\$[0-9a-f]{32}'],
  ['access-(?:production|sandbox|development)-', '[0-9a-f-]{36}'],
  ['(?:sdk|mob|api)-', '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}'],
  ['secret-(?:live|test)-', `${wide}{30,}=?`],
  ['duffel_(?:test|live)_', `${wide}{40,}`],
  ['EZ[AT]K', `${word}{50,}`],
  ['FLWSECK(?:_TEST)?-', `${word}{12,}`],
  ['shippo_(?:live|test)_', `${hex}{40}`],
  ['rdme_', `${word}{60,}`],
  ['(?=[a-z]{0,5}\\d)[a-z0-9]{6}\\.', '(?=[a-z0-9]{0,15}[g-z])(?=[a-z]{0,15}\\d)[a-z0-9]{16}(?![\\w-]|\\.\\w)'],
  ['s\\.', `(?=[A-Za-z]{0,23}\\d)${word}{24}(?![\\w-]|\\.\\w)`],
  ['snyk_(?:uat|sat)\\.', `${dotted}{40,}`],
  ['00D', `${word}{12,15}![\\w.]{60,}`],
  ['amqp_', `${word}{30,}`],
  ['napi_', `${word}{40,}`],
  ['A3-', '(?:[A-Z0-9]{5,6}-){5,6}[A-Z0-9]{5,6}'],
]

const apiKeys: readonly Shape[] = [
  ['sk-', `${wide}{20,}`],
  ['[sr]k_(?:live|test|prod)_', `${word}{10,}`],
  ['sk_', `${hex}{40,}`],
  ['whsec_', `${base64}{16,}={0,2}`],
  ['hf_', `${word}{30,}`],
  ['r8_', `${word}{30,}`],
  ['gsk_', `${word}{40,}`],
  ['pplx-', `${word}{40,}`],
  ['xai-', `${word}{40,}`],
  ['tgp_v1_', `${wide}{30,}`],
  ['fw_', `${word}{20,}`],
  ['lsv2_(?:pt|sk)_', '\\w{40,}'],
  ['pcsk_', '\\w{40,}'],
  ['csk-', '[a-z0-9]{40,}'],
  ['pa-', `${wide}{40,}`],
  ['tvly-', `${wide}{24,}`],
  ['SG\\.', `${wide}{16,64}\\.${wide}{16,}`],
  ['xkeysib-', `${wide}{60,}`],
  ['re_', `${word}{6,10}_${word}{16,}`],
  ['key-', `${hex}{32}(?!${word})`],
  ['md-', `${wide}{22}(?![\\w-])`],
  [`${hex}{32}-us\\d\\d?(?!${word})`, ''],
  ['SK', `${hex}{32}(?!${word})`],
  ['(?:zpka|ak)_', '\\w{32,}'],
  ['ph[xs]_', `${word}{40,}`],
  ['tfp_', `${wide}{40,}`],
  ['sb_secret_', `${wide}{20,}`],
]

function pattern(shapes: readonly Shape[]): RegExp {
  return new RegExp(`(?<![A-Za-z0-9])(?:${shapes.map(([beginning, rest]) => beginning + rest).join('|')})`, 'g')
}

/**
 * Secrets that are known by their shape. Every pattern begins where a run of letters and digits begins, and what a failed try
 * looks at has a bound, so that no input makes one scan the same stretch over and over.
 */
export const tokenShapes: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  { kind: 'cloud-key', pattern: pattern(cloud) },
  { kind: 'token', pattern: pattern(general) },
  { kind: 'api-key', pattern: pattern(apiKeys) },
  { kind: 'jwt', pattern: /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)*/g },
  { kind: 'private-key', pattern: /(?<![A-Za-z0-9+/])LS0tLS1CRUdJTi[A-Za-z0-9+/=]{16,}/g },
  {
    kind: 'webhook',
    pattern:
      /(?<=hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/)[\w/-]{10,}|(?<=discord(?:app)?\.com\/api\/webhooks\/\d{1,24}\/)[\w-]{10,}|(?<=webhook\.office\.com\/webhookb2\/)[\w@/-]{10,}|(?<=\/bot\/?)\d{8,10}:[\w-]{30,}/g,
  },
  {
    kind: 'hash',
    pattern: /\$(?:2[abxy]|5|6|y|7|apr1|1|argon2(?:id|i|d)|scrypt|pbkdf2[\w-]{0,16})\$[\w./$,=+-]{20,}/g,
  },
  { kind: 'hash', pattern: /\{(?:S?SHA(?:256|384|512)?|S?MD5|CRYPT)\}[A-Za-z0-9+/]{20,}={0,2}/g },
  { kind: 'hash', pattern: /SCRAM-SHA-(?:1|256)\$\d{1,8}:[A-Za-z0-9+/=]{8,}\$[A-Za-z0-9+/=:]{20,}/g },
]

/** How the shapes of makers begin. */
export const tokenBeginnings: readonly string[] = [...cloud, ...general, ...apiKeys].map(([beginning]) => beginning)

/** Whether a text holds any of them: one look instead of one for each kind. */
export const anyTokenShape = new RegExp(tokenShapes.map(({ pattern }) => pattern.source).join('|'))
