import { createHash } from 'node:crypto'

/** A secret and what must never be readable of it. */
export interface CorpusSecret {
  readonly name: string
  readonly secret: string
  /** `shape`: known wherever it stands. `named`: only a name, a place or a sentence tells that it is one. */
  readonly knownBy: 'shape' | 'named'
}

const alphabets = {
  base62: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  base64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  hex: '0123456789abcdef',
  lower: 'abcdefghijklmnopqrstuvwxyz0123456789',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  digits: '0123456789',
}

/** Characters drawn from the digest of a seed: the same in every run, and written nowhere. */
export function drawn(seed: string, alphabet: keyof typeof alphabets, length: number): string {
  const letters = alphabets[alphabet]
  let text = ''
  for (let block = 0; text.length < length; block += 1) {
    const digest = createHash('sha512').update(`${seed}/${block}`).digest()
    for (const byte of digest) if (byte < 256 - (256 % letters.length)) text += letters[byte % letters.length]
  }
  return text.slice(0, length)
}

/** How the tokens of a maker look: `<base62:36>` stands for 36 drawn characters. */
const vendorShapes: Readonly<Record<string, string>> = {
  'AWS access key': 'AKIA<upper:16>',
  'AWS temporary key': 'ASIA<upper:16>',
  'AWS secret key': '<base64:40>',
  'AWS MWS': 'amzn.mws.<hex:8>-<hex:4>-<hex:4>-<hex:4>-<hex:12>',
  'AWS Bedrock': 'ABSK<base64:109>=',
  'Google API key': 'AIza<url:35>',
  'Google OAuth': 'ya29.<url:60>',
  'Google refresh token': '1//0<url:40>',
  'Google client secret': 'GOCSPX-<url:28>',
  'Azure storage key': '<base64:86>==',
  'Azure client secret': '<base62:3>8Q~<base62:34>',
  'Alibaba key': 'LTAI<base62:20>',
  'Tencent key': 'AKID<base62:32>',
  'Databricks token': 'dapi<hex:32>',
  'NVIDIA key': 'nvapi-<url:64>',
  'GitHub token': 'ghp_<base62:36>',
  'GitHub OAuth': 'gho_<base62:36>',
  'GitHub app': 'ghs_<base62:36>',
  'GitHub refresh': 'ghr_<base62:76>',
  'GitHub fine-grained': 'github_pat_<base62:22>_<base62:59>',
  'GitLab token': 'glpat-<url:20>',
  'GitLab deploy token': 'gldt-<url:20>',
  'GitLab runner': 'glrt-<url:20>',
  'GitLab registration': 'GR1348941<url:20>',
  'Slack bot': 'xoxb-<digits:12>-<digits:12>-<base62:24>',
  'Slack user': 'xoxp-<digits:12>-<digits:12>-<hex:32>',
  'Slack app': 'xapp-1-<upper:11>-<digits:13>-<hex:64>',
  'Stripe key': 'sk_live_<base62:24>',
  'Stripe restricted key': 'rk_live_<base62:24>',
  'Stripe webhook': 'whsec_<base62:32>',
  'OpenAI key': 'sk-<base62:48>',
  'OpenAI project key': 'sk-proj-<url:74>T3BlbkFJ<url:74>',
  'OpenAI service key': 'sk-svcacct-<url:60>',
  'Anthropic key': 'sk-ant-api03-<url:93>AA',
  'OpenRouter key': 'sk-or-v1-<hex:64>',
  'Hugging Face': 'hf_<base62:34>',
  Replicate: 'r8_<base62:37>',
  Groq: 'gsk_<base62:52>',
  Perplexity: 'pplx-<base62:48>',
  xAI: 'xai-<base62:80>',
  LangSmith: 'lsv2_pt_<hex:32>_<hex:10>',
  Pinecone: 'pcsk_<base62:6>_<base62:60>',
  'npm token': 'npm_<base62:36>',
  'PyPI token': 'pypi-AgEIcHlwaS5vcmc<url:70>',
  'RubyGems key': 'rubygems_<hex:48>',
  'NuGet key': 'oy2<lower:43>',
  'Docker Hub': 'dckr_pat_<url:27>',
  DigitalOcean: 'dop_v1_<hex:64>',
  Heroku: 'HRKU-AA<url:58>',
  'Fly.io': 'fo1_<url:43>',
  Netlify: 'nfp_<base62:36>',
  'Cloudflare origin key': 'v1.0-<hex:24>-<hex:146>',
  Render: 'rnd_<base62:28>',
  Supabase: 'sbp_<hex:40>',
  PlanetScale: 'pscale_tkn_<url:43>',
  Vault: 'hvs.<url:95>',
  'Vault batch': 'hvb.<url:130>',
  'Vault legacy': 's.<base62:23>7',
  'Terraform Cloud': '<base62:14>.atlasv1.<url:67>',
  Doppler: 'dp.pt.<base62:43>',
  '1Password': 'ops_eyJ<base64:250>',
  age: 'AGE-SECRET-KEY-1<upper:58>',
  Pulumi: 'pul-<hex:40>',
  'Grafana service account': 'glsa_<base62:32>_<hex:8>',
  'Grafana Cloud': 'glc_<base64:60>',
  'New Relic user key': 'NRAK-<upper:27>',
  'New Relic licence': '<hex:36>NRAL',
  Sentry: 'sntrys_<base64:80>',
  Dynatrace: 'dt0c01.<upper:24>.<upper:64>',
  Honeycomb: 'hcaik_<lower:58>',
  Atlassian: 'ATATT3xFfGF0<url:180>=<hex:8>',
  Bitbucket: 'ATBB<base62:32>',
  Linear: 'lin_api_<base62:40>',
  Notion: 'ntn_<base62:46>',
  'Notion old': 'secret_<base62:43>',
  Airtable: 'pat<base62:14>.<hex:64>',
  Figma: 'figd_<url:40>',
  Dropbox: 'sl.<url:135>',
  Shopify: 'shpat_<hex:32>',
  Square: 'sq0csp-<url:43>',
  Facebook: 'EAAC<base62:120>',
  SonarQube: 'sqp_<hex:40>',
  CircleCI: 'CCIPAT_<base62:22>_<hex:40>',
  Buildkite: 'bkua_<hex:40>',
  Artifactory: 'AKCp8<base62:68>',
  Sourcegraph: 'sgp_<hex:40>',
  Postman: 'PMAK-<hex:24>-<hex:34>',
  HubSpot: 'pat-na1-<hex:8>-<hex:4>-<hex:4>-<hex:4>-<hex:12>',
  Tailscale: 'tskey-auth-<base62:12>-<base62:32>',
  'k3s node token': 'K10<hex:64>::server:<hex:32>',
  'Rancher token': 'token-<lower:5>:<lower:54>',
  'kubeadm bootstrap token': '<lower:4>5k.<lower:13>x7q',
  SendGrid: 'SG.<url:22>.<url:43>',
  Mailgun: 'key-<hex:32>',
  Mailchimp: '<hex:32>-us12',
  Brevo: 'xkeysib-<hex:64>-<base62:16>',
  Resend: 're_<base62:8>_<base62:24>',
  Twilio: 'SK<hex:32>',
  'Telegram bot': '<digits:10>:AA<url:33>',
  'Discord bot': 'M<base62:24>.<url:6>.<url:38>',
  LaunchDarkly: 'sdk-<hex:8>-<hex:4>-4<hex:3>-<hex:4>-<hex:12>',
  Contentful: 'CFPAT-<url:43>',
  Prefect: 'pnu_<base62:36>',
  Apify: 'apify_api_<base62:36>',
  Braintree: 'access_token$production$<lower:16>$<hex:32>',
  Salesforce: '00D<base62:12>!<base62:88>',
  PostHog: 'phx_<base62:43>',
  JWT: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkEifQ.<url:43>',
  'service account token': 'eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.eyJpc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50In0.<url:342>',
  'bcrypt hash': '$2y$10$<base62:53>',
  'shadow hash': '$6$<base62:16>$<base62:86>',
  'argon2 hash': '$argon2id$v=19$m=65536,t=3,p=4$<base62:22>$<base62:43>',
  'SSHA hash': '{SSHA}<base64:38>==',
  'high entropy 32': '<base62:20>aZ9<base62:9>',
  'high entropy 40': '<base64:40>',
  'high entropy 64': '<url:64>',
  'WireGuard key': '<base64:43>=',
}

const placeholder = /<(base62|base64|url|hex|lower|upper|digits):(\d+)>/g

function filled(shape: string, seed: string): string {
  let at = 0
  return shape.replaceAll(placeholder, (_, alphabet: keyof typeof alphabets, length: string) => {
    at += 1
    return drawn(`${seed}/${at}`, alphabet, Number(length))
  })
}

function pemOf(kind: string, seed: string, bodyLines: number): string {
  const body = Array.from({ length: bodyLines }, (_, line) =>
    drawn(`${seed}/${line}`, 'base64', line === bodyLines - 1 ? 28 : 64),
  )
  return [`-----BEGIN ${kind}-----`, ...body, `-----END ${kind}-----`].join('\n')
}

const pemKinds = [
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'OPENSSH PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'PGP PRIVATE KEY BLOCK',
  'CERTIFICATE',
]

const connectionStrings: readonly string[] = [
  'postgres://bob:{p}@db.shop:5432/shop',
  'postgresql://bob:{p}@db/shop?sslmode=require',
  'mysql://root:{p}@10.0.0.4:3306/shop',
  'mariadb://root:{p}@db/shop',
  'mongodb://bob:{p}@m1:27017,m2:27017/shop?replicaSet=rs0',
  'mongodb+srv://bob:{p}@cluster0.example.net/shop',
  'redis://:{p}@redis:6379/0',
  'rediss://default:{p}@redis:6380',
  'amqp://bob:{p}@rabbit:5672/vhost',
  'clickhouse://default:{p}@ch:9000/shop',
  'cockroachdb://bob:{p}@crdb:26257/shop',
  'sqlserver://sa:{p}@mssql:1433?database=shop',
  'snowflake://bob:{p}@account/db',
  'nats://bob:{p}@nats:4222',
  'ldap://cn=admin:{p}@ldap:389',
  'ftp://bob:{p}@files/backup',
  'https://bob:{p}@git.example/shop.git',
  'elasticsearch://elastic:{p}@es:9200',
  'neo4j+s://neo4j:{p}@graph:7687',
  'bob:{p}@tcp(db:3306)/shop?parseTime=true',
  'jdbc:oracle:thin:bob/{p}@db:1521/XE',
  'jdbc:mysql://db/shop?user=bob&password={p}',
  'jdbc:sqlserver://db;user=sa;password={p};encrypt=true',
  'Server=db;Database=shop;User Id=sa;Password={p};Encrypt=true',
  'Host=db;Username=bob;Pwd={p};Port=5432',
  'host=db user=bob password={p} dbname=shop',
  'DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={p};EndpointSuffix=core.windows.net',
  'Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey={p}',
  'AccountEndpoint=https://shop.documents.azure.com;AccountKey={p};',
  'Driver={ODBC Driver 18};Server=db;UID=sa;PWD={p}',
]

/** Names of fields that hold secrets, in the spellings that people use. */
const secretNames: readonly string[] = [
  ...[
    'password',
    'passwords',
    'Password',
    'PASSWORD',
    'db_password',
    'dbPassword',
    'db-password',
    'DB_PASSWORD',
    'DBPASSWORD',
    'passwd',
    'pwd',
    'passphrase',
  ],
  ...[
    'POSTGRES_PASSWORD',
    'MYSQL_ROOT_PASSWORD',
    'REDIS_PASS',
    'rabbitPass',
    'adminPwd',
    'smtp_auth_password',
    'spring.datasource.password',
    'password_hash',
    'PASSWORD_PROD',
  ],
  ...[
    'secret',
    'clientSecret',
    'client_secret',
    'client-secret',
    'clientSecrets',
    'JWT_SECRET',
    'jwt_secret',
    'SECRET_KEY',
    'secretKey',
    'SECRET_KEY_BASE',
    'cookieSecret',
    'webhook_secret',
    'appSecret',
  ],
  ...[
    'token',
    'tokens',
    'accessToken',
    'access_token',
    'access-token',
    'refreshToken',
    'id_token',
    'authToken',
    'auth.token',
    'bot_token',
    'GITHUB_TOKEN',
    'bearerToken',
    'csrfToken',
    'VAULT_TOKEN',
    'sessionToken',
  ],
  ...[
    'apiKey',
    'api_key',
    'api-key',
    'apiKeys',
    'API_KEY',
    'API_KEYS',
    'APIKEY',
    'x-api-key',
    'DD_API_KEY',
    'dd-api-key',
    'X-Goog-Api-Key',
    'appKey',
    'app_key',
    'application-key',
  ],
  ...[
    'accessKey',
    'aws_secret_access_key',
    'AWS_SECRET_ACCESS_KEY',
    'secretAccessKey',
    'accountKey',
    'privateKey',
    'private_key',
    'sshKey',
    'signingKey',
    'encryptionKey',
    'encryption_keys',
    'masterKey',
    'licenseKey',
    'storage-key',
    'subscription-key',
  ],
  ...[
    'credential',
    'credentials',
    'cookie',
    'connectionString',
    'connection_string',
    'sessionId',
    'session_id',
    'PHPSESSID',
    'JSESSIONID',
    'otp',
    'totp',
    'dsn',
    'auth',
    '_auth',
    'sig',
    'signature',
    'X-Amz-Signature',
    'client-key-data',
  ],
  ...[
    'hmacKey',
    'fernet_key',
    'unseal_key',
    'recoveryKey',
    'mnemonic',
    'seed_phrase',
    'requirepass',
    'masterauth',
    'userPass',
    'legacyPass',
    'vendorPwd',
    'dbCreds',
    'saml_assertion',
    'shared_access_signature',
    'integration_key',
    'routing_key',
    'deployKey',
  ],
]

/** What people choose themselves: no shape gives it away. */
export function plainSecret(seed: string): string {
  const words = ['harbour', 'copper', 'Lantern', 'meadow', 'Otter', 'quartz', 'Saddle', 'violet']
  const number = Number(drawn(seed, 'digits', 4))
  return `${words[number % 8]}-${drawn(`${seed}/x`, 'lower', 5)}${number}!`
}

/** Secrets that their shape gives away, each maker with two. */
export const shapedSecrets: readonly CorpusSecret[] = [
  ...Object.entries(vendorShapes).flatMap(([name, shape]) =>
    [1, 2].map((copy) => ({
      name: `${name} ${copy}`,
      secret: filled(shape, `${name}/${copy}`),
      knownBy: 'shape' as const,
    })),
  ),
  ...pemKinds.flatMap((kind) => [
    {
      name: `PEM ${kind} in short lines`,
      secret: pemOf(kind, `${kind}/short`, 6)
        .replaceAll(/^(?!-----).{20}/gm, '$&\n')
        .replaceAll(/^(?!-----).{20}(?=.)/gm, '$&\n'),
      knownBy: 'shape' as const,
    },
    { name: `PEM ${kind}`, secret: pemOf(kind, kind, 5), knownBy: 'shape' as const },
    {
      name: `PEM ${kind} cut off`,
      secret: pemOf(kind, `${kind}/cut`, 4).split('\n').slice(0, 3).join('\n'),
      knownBy: 'shape' as const,
    },
  ]),
]

/** Connection strings with the password in them, and the password alone. */
export const connections: readonly { readonly text: string; readonly secret: string }[] = connectionStrings.flatMap(
  (shape, at) =>
    [1, 2].map((copy) => {
      const secret =
        copy === 1 ? plainSecret(`connection/${at}`).replaceAll('!', '') : drawn(`connection/${at}`, 'lower', 18)
      return { text: shape.replace('{p}', secret), secret }
    }),
)

/** Two secrets for every name. */
export const namedSecrets: readonly (CorpusSecret & { readonly field: string })[] = secretNames.flatMap((field) =>
  [1, 2].map((copy) => ({
    name: `${field} ${copy}`,
    field,
    secret: copy === 1 ? plainSecret(`${field}/${copy}`) : drawn(`${field}/${copy}`, 'lower', 14),
    knownBy: 'named' as const,
  })),
)
