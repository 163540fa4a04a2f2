/**
 * Whether a form was sent by a page of this host, as far as the browser says: a browser that says nothing leaves it to the
 * form's token. Without an origin to compare with, the host that the request was sent to counts, whatever the scheme, because a
 * proxy in front may have taken TLS away.
 */
export function isFromHere(request: Request, origin: string | undefined): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin') return false
  const from = request.headers.get('origin')
  if (from === null) return true
  return origin === undefined ? hostOf(from) === new URL(request.url).host : from === origin
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
