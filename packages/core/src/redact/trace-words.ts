/** What every name of a secret holds; most texts hold none of it. */
export const anyName =
  /pass|pwd|pw|secret|token|cred|key|auth|cookie|sess|sig|conn|dsn|otp|jwt|bearer|mnemonic|phrase|verifier|assertion|saml/i

/** What every sentence and command line holds in which a secret is looked for. */
export const anyPhrase =
  /p(?:ass|in|odman)|token|s(?:ecret|kopeo|qlplus)|key|l(?:ogin|dap)|m(?:achine|ysql|ariadb|ongo|c alias)|i(?:dentified|mpdp)|docker|helm|c(?:rane|onsul)|r(?:edis|abbitmqctl|man)|bsub|vault|auth|-u|expdp/i

/** Names of the HTTP authentication schemes whose values are looked for. */
export const anyScheme = /bearer|basic|token|apikey|geniekey|ssws|negotiate|ntlm|splunk/i

/** Whether a text holds any word that leads to a secret. */
export function namesSecret(text: string): boolean {
  return anyName.test(text) || anyPhrase.test(text) || anyScheme.test(text)
}
