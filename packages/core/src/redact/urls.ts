import { marker } from './secret-keys.ts'

const authorityEnd = /[\s"'`<>\\]|:\/\//
const drivers = /(?<=[\w.-]:)(?<!\[redacted:)[^\s@:"']{1,256}(?=@(?:tcp|udp|unix)\()/g
const oracle = /(?<=jdbc:oracle:\w{1,8}:)[^\s@"']{1,256}(?=@)/g
const curlUser = /(?<=(?<![\w-])(?:-u|--user|--proxy-user)[\t =]{1,4}["']?)[^\s:"']{1,256}:[^\s"']{1,256}/g

const anyTrace = /@|-u/

/** Replaces user names and passwords in URLs and in what resembles one. The host stays where it can be told apart. */
export function redactUserInfo(text: string): string {
  if (!anyTrace.test(text)) return text
  const parts = text.split('://')
  const replaced = parts.map((part, index) => (index === 0 ? part : withoutUserInfo(part)))
  return replaced
    .join('://')
    .replaceAll(drivers, marker('password'))
    .replaceAll(oracle, marker('userinfo'))
    .replaceAll(curlUser, marker('userinfo'))
}

function withoutUserInfo(part: string): string {
  const url = part.slice(0, endOf(part, authorityEnd))
  const authority = url.slice(0, endOf(url, /[/?#]/))
  if (!authority.includes('@') && !passwordHoldsSlash(authority, url)) return part
  // A password may hold "@" and "/" although it should not: everything up to the last "@" goes.
  return marker('userinfo') + part.slice(url.lastIndexOf('@'))
}

function passwordHoldsSlash(authority: string, url: string): boolean {
  return url.includes('@') && /:(?!\d{1,5}$)./.test(authority) && !authority.startsWith('[')
}

function endOf(text: string, stop: RegExp): number {
  const at = text.search(stop)
  return at === -1 ? text.length : at
}
