import { allOf, matches, type Rule, where } from './span.ts'
import { anyPhrase } from './trace-words.ts'

const names = 'pass(?:word|wd|phrase|code)|token|secret|api[ -]?key|access[ -]?key|pin'
/** What a sentence says of a secret without telling it: `password is required` holds neither digit nor sign. */
const telling = '(?=[^\\s"\'`]{0,64}[\\d!@#$%^&*+=?~])[^\\s"\'`,;]{4,256}'

const changed = '(?:now|(?:set|changed|reset|rotated) to|of)[ \\t]{1,4}'
const says = `(?:(?:is|was|were|has been)[ \\t]{1,4}(?:${changed})?|${changed})`

/** A secret in a sentence: `the password is …`, `password set to …`. */
const said = matches(
  new RegExp(`(?<before>(?:${names})[ \\t]{1,4}${says}:?[ \\t]{0,4}["'\`]?)(?!\\[redacted:)${telling}`, 'gi'),
  'password',
)
/** A password right after its name, when it looks like one: letters and digits, six at least. */
const beside = matches(
  /(?<before>(?:password|passwd|passphrase|api[ -]?key)[ \t]{1,4})(?=[^\s]{0,64}\d)(?=[^\s]{0,64}[A-Za-z])(?!\[redacted:)[^\s"'`,;:=]{6,256}/gi,
  'password',
)
/** Lines of `.netrc` and `.pgpass`, and what clients take on their command lines. */
const netrc = matches(
  /(?<before>\blogin\s{1,16}\S{1,256}\s{1,16}(?:password|passwd)\s{1,16})(?!\[redacted:)\S{1,512}/g,
  'password',
)
const netrcFirst = matches(
  /(?<before>\bmachine\s{1,16}\S{1,256}\s{1,16}password\s{1,16})(?!\[redacted:)\S{1,512}/g,
  'password',
)
const pgpass = matches(
  /(?<before>(?<!\S)(?:[\w.-]{1,128}|\*):(?:\d{2,5}|\*):(?:[\w-]{1,64}|\*):[\w.@-]{1,64}:)(?!\[redacted:)[^\s:]{4,256}(?!\S)/g,
  'password',
)
const sql = matches(
  /(?<before>\bidentified\s{1,8}(?:with\s{1,8}\S{1,64}\s{1,8})?(?:by|as)\s{1,8}["'])(?!\[redacted:)[^"'\n]{1,256}/gi,
  'password',
)
const mysql = matches(
  /(?<before>\b(?:mysql(?:dump|admin|sh|import)?|mariadb(?:-dump|-admin)?)\b[^\n|;]{0,200}?\s-p["']?)(?!\[redacted:)[^\s"'-][^\s"']{0,256}/g,
  'password',
)
const clients = matches(
  /(?<before>\b(?:sshpass|docker|podman|helm|crane|skopeo|mongo(?:sh|dump|restore)?|redis-cli|ldap(?:search|modify|add|whoami)|bsub)\b[^\n|;]{0,200}?\s(?:-p|-a|-w|--pass(?![\w-]))[ \t=]{0,4}["']?)(?!\[redacted:)(?![-\d])[^\s"'$][^\s"']{3,256}/g,
  'password',
)
const commands = matches(
  /(?<before>\b(?:vault login|vault operator unseal|rabbitmqctl (?:add_user|change_password) \S{1,64}|htpasswd -\w{0,4}b\w{0,4}(?: \S{1,128}){2}|mc alias set(?: \S{1,128}){3}|consul login -token)[ \t]{1,4}["']?)(?![-[])[^\s"']{4,256}/g,
  'password',
)
const redis = matches(
  /(?<before>(?:^|["'\s])AUTH[ \t]{1,4}(?:default[ \t]{1,4})?["']?)(?=[^\s]{0,64}\d)(?!\[redacted:)[^\s"']{6,256}/g,
  'password',
)
const openssl = matches(/(?<before>\s-pass(?:in|out)?[ \t]{1,4}pass:)(?!\[redacted:)[^\s"']{1,256}/g, 'password')
const smb = matches(/(?<before>\s-U[ \t]{1,4}[\w.\\-]{1,64}%)(?!\[redacted:)[^\s"']{1,256}/g, 'password')
const sqlplus = matches(
  /(?<before>\b(?:sqlplus|expdp|impdp|rman)\b[^\n|;]{0,100}?\s["']?[\w.]{1,64}\/)(?!\[redacted:)[^\s@"']{1,256}(?=@)/g,
  'password',
)

/** Finds secrets in sentences, in the files that clients keep them in, and on command lines. */
export const findPhrases: Rule = allOf([
  where(
    anyPhrase,
    allOf([
      where(/(?:pass|token|secret|key|pin)/i, said),
      where(/pass|key/i, beside),
      where(/login/, netrc),
      where(/machine/, netrcFirst),
      where(/identified/i, sql),
      where(/mysql|mariadb/, mysql),
      where(/sshpass|docker|podman|helm|crane|skopeo|mongo|redis-cli|ldap|bsub/, clients),
      where(/vault|rabbitmqctl|htpasswd|mc alias|consul login/, commands),
      where(/AUTH/, redis),
      where(/-pass/, openssl),
      where(/-U/, smb),
      where(/sqlplus|expdp|impdp|rman/, sqlplus),
    ]),
  ),
  where(/:(?:\d{2,5}|\*):(?:[\w-]{1,64}|\*):[\w.@-]{1,64}:/, pgpass),
])
