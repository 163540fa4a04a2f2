import { allOf, matches, type Rule, type Span, where } from './span.ts'

const authorityEnd = /[\s"'`<>\\]|:\/\//
const drivers = matches(/(?<=[\w.-]:)(?<!\[redacted:)[^\s@:"']{1,256}(?=@(?:tcp|udp|unix)\()/g, 'password')
const oracle = matches(/(?<=jdbc:oracle:\w{1,8}:)[^\s@"']{1,256}(?=@)/g, 'userinfo')
const curlUser = matches(
  /(?<=(?<![\w-])(?:-u|--user|--proxy-user)[\t =]{1,4}["']?)[^\s:"']{1,256}:[^\s"']{1,256}/g,
  'userinfo',
)

/** Finds user names and passwords in URLs and in what resembles one. The host stays where it can be told apart. */
export const findUserInfo: Rule = where(/@|-u/, allOf([ofUrls, drivers, oracle, curlUser]))

function ofUrls(text: string): readonly Span[] {
  const spans: Span[] = []
  const parts = text.split('://')
  let start = (parts[0]?.length ?? 0) + 3
  for (const part of parts.slice(1)) {
    const length = userInfoLength(part)
    if (length > 0) spans.push({ start, end: start + length, kind: 'userinfo' })
    start += part.length + 3
  }
  return spans
}

/** How much stands before the `@` of a URL without its scheme. */
function userInfoLength(part: string): number {
  const url = part.slice(0, endOf(part, authorityEnd))
  const authority = url.slice(0, endOf(url, /[/?#]/))
  if (!authority.includes('@') && !passwordHoldsSlash(authority, url)) return 0
  // A password may hold "@" and "/" although it should not: everything up to the last "@" goes.
  return url.lastIndexOf('@')
}

function passwordHoldsSlash(authority: string, url: string): boolean {
  return url.includes('@') && /:(?!\d{1,5}$)./.test(authority) && !authority.startsWith('[')
}

function endOf(text: string, stop: RegExp): number {
  const at = text.search(stop)
  return at === -1 ? text.length : at
}
