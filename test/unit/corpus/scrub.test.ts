import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../../src/base/random.ts';
import { readDocuments } from '../../../src/corpus/corpus.ts';
import { scan } from '../../../src/corpus/scan.ts';
import { createScrubber } from '../../../src/corpus/scrub.ts';

const scrub = createScrubber();
const lower = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const base62 = lower + lower.toUpperCase() + digits;
const next = random(2024);

/** Characters drawn at random; written out in this file, such secrets would alarm those who scan repositories. */
function draw(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join('');
}

const base64Lines = Array.from({ length: 12 }, (_, line) => (line === 0 ? 'MII' : '') + draw(base62, 61)).join('\n');
const pem = (kind: string): string =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${base64Lines}\n-----END ${kind}PRIVATE KEY-----`;
const onePassword = `ops_${btoa(JSON.stringify({ email: 'a@b.c', secretKey: draw(base62, 90), userAuth: {} }))}`;

/** A secret for each of secretlint's recommended rules: the rule, the text around it, the secret, the file. */
const planted: readonly [rule: string, template: string, secret: string, path?: string][] = [
  ['aws', 'AWS_SECRET_ACCESS_KEY = "@"', draw(`${base62}/+`, 40)],
  ['gcp', '{"private_key_id": "1", "private_key": "-----BEGIN PRIVATE KEY-----@"}', 'abc', 'key.json'],
  ['privatekey', '@', pem('RSA ')],
  ['npm', 'registry token npm: @', `npm_${draw(base62, 36)}`],
  ['npm', '"url": "https://@:x-oauth-basic@github.com/a/b"', draw(base62, 30), 'package.json'],
  ['basicauth', 'fetch("https://@host.example.org/path")', 'someone:Sesame4711@'],
  ['slack', 'const bot = "@";', `xoxb-${draw(digits, 11)}-${draw(base62, 24)}`],
  [
    'slack',
    'post("@")',
    `https://hooks.slack.com/services/T${draw(base62, 8)}/B${draw(base62, 8)}/${draw(base62, 24)}`,
  ],
  ['sendgrid', 'send("@")', `SG.${draw(base62, 22)}.${draw(base62, 43)}`],
  ['shopify', 'shop("@")', `shpat_${draw(base62, 32)}`],
  ['github', 'git clone with @', `ghp_${draw(base62, 36)}`],
  ['github', 'git clone with @', `github_pat_${draw(base62, 82)}`],
  ['openai', 'key: @', `sk-${draw(base62, 20)}T3BlbkFJ${draw(base62, 20)}`],
  ['anthropic', 'key: @', `sk-ant-api03-${draw(base62, 93)}AA`],
  ['linear', 'key: @', `lin_api_${draw(base62, 40)}`],
  ['1password', 'op: @', onePassword],
  ['database-connection-string', 'mongodb+srv://@cluster.example.net/app', 'app:Sesame4711@'],
  ['database-connection-string', 'mysql://@db.example.net/app', 'app:Sesame4711@'],
  ['database-connection-string', 'postgresql://@db.example.net/app', 'app:Sesame4711@'],
];

describe('scrub', () => {
  it.each(planted)('finds the secrets of secretlint’s rule %s: %s', async (rule, template, secret, path = 'a.ts') => {
    const plain = secret.replace(/@$/, '');
    const line = template.replace('@', secret);
    const { text, hits } = await scrub(path.endsWith('.json') ? line : `one();\n${line}\ntwo();\n`, path);
    expect(text).not.toContain(plain);
    expect(text).toContain('REDACTED_');
    expect(hits).toEqual({ [rule]: 1 });
  });

  it('replaces secrets that a comment tells linters to overlook', async () => {
    const token = `ghp_${draw(base62, 36)}`;
    const { text } = await scrub(`// secretlint-disable\nuse("${token}");\n// secretlint-disable-line\n`, 'a.ts');
    expect(text).toBe('// secretlint-disable\nuse("REDACTED_GITHUB_TOKEN");\n// secretlint-disable-line\n');
  });

  it.each([
    ['AWS key id', `AKIA${draw('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`],
    ['Google API key', `AIza${draw(base62, 35)}`],
    ['Stripe key', `sk_live_${draw(base62, 24)}`],
    ['GitLab token', `glpat-${draw(base62, 20)}`],
    ['JSON Web Token', `eyJ${draw(base62, 20)}.eyJ${draw(base62, 40)}.${draw(base62, 43)}`],
    ['Hugging Face token', `hf_${draw(base62, 34)}`],
  ])('knows a %s wherever it stands', async (_, token) => {
    expect(await scrub(`f(${token})`, 'a')).toEqual({ text: 'f(REDACTED_TOKEN)', hits: { token: 1 } });
  });

  it('takes out private keys whole, quoted line by line or cut off, and leaves quotes paired', async () => {
    const begin = `-----BEGIN EC ${'PRIVATE'} KEY-----`;
    const end = `-----END EC ${'PRIVATE'} KEY-----`;
    const quoted = `key = "${begin}\\n" +\n  "${draw(base62, 64)}\\n" +\n  "${draw(base62, 20)}==\\n" +\n  "${end}\\n";\n`;
    expect((await scrub(quoted, 'a.js')).text).toBe(`key = "${begin}REDACTED_PRIVATE_KEY${end}\\n";\n`);
    const cutOff = `${begin}\n${draw(base62, 64)}\n${draw(base62, 64)}\n\nText goes on.\n`;
    expect((await scrub(cutOff, 'a.md')).text).toBe(`${begin}REDACTED_PRIVATE_KEY\n\nText goes on.\n`);
    const example = `${begin}\n...\n${end}\n`;
    expect(await scrub(example, 'a.md')).toEqual({ text: example, hits: {} });
  });

  const digits12 = draw(digits, 12);
  const hex = draw('0123456789abcdef', 32);
  const base64 = `${draw(`${base62}+/`, 43)}=`;
  it.each([
    [`password = "${digits12}"`, 'password = "REDACTED_PASSWORD"'],
    [`const dbPassword: string = '${hex}';`, "const dbPassword: string = 'REDACTED_PASSWORD';"],
    [`  "api_key": "${base64}",`, '  "api_key": "REDACTED_API_KEY",'],
    [`client_secret: ${hex}`, 'client_secret: REDACTED_SECRET'],
    [`export DB_PASSWORD=tr0ub4dor\nnext`, 'export DB_PASSWORD=REDACTED_PASSWORD\nnext'],
    [`{\\"password\\":\\"${hex}\\"}`, '{\\"password\\":\\"REDACTED_PASSWORD\\"}'],
    [`<password>${hex}</password>`, '<password>REDACTED_PASSWORD</password>'],
    [`<add key="Password" value="${hex}"/>`, '<add key="Password" value="REDACTED_PASSWORD"/>'],
    [`'Server=db;User Id=sa;Password=${hex};'`, "'Server=db;User Id=sa;Password=REDACTED_PASSWORD;'"],
    [`define('DB_PASSWORD', 'hunter2!xyz')`, "define('DB_PASSWORD', 'REDACTED_PASSWORD')"],
    [`Authorization: Bearer ${hex}`, 'Authorization: Bearer REDACTED_TOKEN'],
    [`const accessToken =\n  "${base64}";`, 'const accessToken =\n  "REDACTED_TOKEN";'],
    [`get("/v1?api_key=${hex}&page=1")`, 'get("/v1?api_key=REDACTED_API_KEY&page=1")'],
    [`client.setPassword("Tr0ub4dor&3")`, 'client.setPassword("REDACTED_PASSWORD")'],
    [`redis://:${hex}@cache:6379/0`, 'redis://REDACTED_CREDENTIALS@cache:6379/0'],
    [`amqp://app:p@ss!w0rd@queue/x`, 'amqp://REDACTED_CREDENTIALS@queue/x'],
    [`https://${hex}@sentry.example.com/1`, 'https://REDACTED_CREDENTIALS@sentry.example.com/1'],
  ])('replaces the value in %j', async (line, expected) => {
    expect((await scrub(line, 'a.txt')).text).toBe(expected);
  });

  it('finds nearly all random values, whatever their alphabet and wherever code puts them', async () => {
    const values = [() => draw(digits, 12), () => draw(`${digits}abcdef`, 40), () => draw(base62, 24)];
    values.push(
      () => draw(`${base62}-_`, 40),
      () => draw(lower + digits, 14),
      () => draw(`${base62}!#*`, 16),
    );
    const places = ['password = "@"', '"api_key": "@",', "secret: '@'", 'DB_PASSWORD=@', 'db://app:@@host/x'];
    let missed = 0;
    let total = 0;
    for (const place of places) {
      for (const value of values.flatMap((one) => Array.from({ length: 40 }, one))) {
        total++;
        if ((await scrub(place.replace('@', value), 'a')).text.includes(value)) missed++;
      }
    }
    expect(missed / total).toBeLessThan(0.01);
  });

  it.each([
    'const token = parser.nextToken16();',
    'password: string;',
    "import { AuthToken } from './auth/AuthToken2Service';",
    'const password = process.env.DB_PASSWORD2;',
    `password: ${'$'}{DB_PASSWORD_1}`,
    'password = "{{ vault.db_password1 }}"',
    `amqp://${'$'}{user}:${'$'}{password1}@localhost/db`,
    'redis://user:password@localhost:6379',
    'http://localhost:8080/a/b@2.0.0',
    'if (kind === SyntaxKind.OpenBraceToken) tokenFlags = 268435456;',
    '"secret": "kubernetes.io/service-account"',
    'author = "somebody1234567890"',
    "createHmac('sha256', secret).digest('base64url')",
    'https://github.com/example/auth/blob/main/docs/how-to-2fa.md',
    '"tokenColors": ["#1e1e1e80"]',
    'throw new Error("The password must have at least 12 characters");',
    'commit 0123456789abcdef0123456789abcdef01234567',
  ])('leaves %j alone', async (line) => {
    expect(await scrub(line, 'a.ts')).toEqual({ text: line, hits: {} });
  });

  it('counts secrets by rule and keeps all other text as it was', async () => {
    const token = `ghp_${draw(base62, 36)}`;
    const source = `a("${token}");\n// 漢字 😀\nb("${token}");\npassword = "${hex}"\n`;
    const { text, hits } = await scrub(source, 'a.ts');
    expect(hits).toEqual({ github: 2, 'high-entropy': 1 });
    expect(text).toBe(
      'a("REDACTED_GITHUB_TOKEN");\n// 漢字 😀\nb("REDACTED_GITHUB_TOKEN");\npassword = "REDACTED_PASSWORD"\n',
    );
  });

  it('counts a secret once that several rules find', async () => {
    expect((await scrub(`token = "ghp_${draw(base62, 36)}"`, 'a')).hits).toEqual({ github: 1 });
  });

  it('changes nothing in a text it has scrubbed', async () => {
    const secrets = planted.map(([, template, secret]) => template.replace('@', secret));
    secrets.push(`password = "${digits12}"`, `token: ${hex}`, `export API_KEY=${base64}`, `db://a:${hex}@b`);
    const pieces = fc.oneof(fc.constantFrom(...secrets), fc.string(), fc.lorem());
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 12 }), async (parts) => {
        const once = await scrub(parts.join('\n'), 'a.ts');
        expect((await scrub(once.text, 'a.ts')).text).toBe(once.text);
      }),
    );
  });

  it('changes less than one line in a thousand of rxjs, TypeScript’s and Node’s declarations', async () => {
    for (const folder of ['node_modules/rxjs/src', 'node_modules/typescript/lib', 'node_modules/@types/node']) {
      const { files } = await scan(folder, { include: ['*.ts'] });
      const { documents } = await readDocuments(folder, { include: ['*.ts'] });
      const lines = files.flatMap((file) => file.text.split('\n'));
      const scrubbed = documents.flatMap((document) => document.text.split('\n'));
      const changed = lines.filter((line, index) => line !== scrubbed[index]).length;
      expect(changed / lines.length).toBeLessThan(0.001);
    }
  });
});
