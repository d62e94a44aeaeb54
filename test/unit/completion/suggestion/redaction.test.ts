import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../../../src/completion/suggestion/redaction.ts';

const KEY = 'ghp_x7Kq2mZ9vT4bN8cR1wY5pL3sD6fG0hJqAeUi';

describe('a suggestion', () => {
  it.each([
    ['const client = ', 'createClient(options);\n'],
    ['password = "', 'REDACTED_PASSWORD";'],
    [`const token = '${KEY}';`, '\nconst other = 1;'],
  ])('after %j stays as it is where it says no secret', async (before, text) => {
    expect(await withoutSecrets(before, text, 'a.ts')).toBe(text);
  });

  it('ends before a secret', async () => {
    expect(await withoutSecrets('const ', `token = '${KEY}';\nnext();`, 'a.ts')).toBe("token = '");
  });

  it('is none where it would be a secret, or the end of one', async () => {
    expect(await withoutSecrets("const token = '", `${KEY}';`, 'a.ts')).toBe('');
    expect(await withoutSecrets(`a\nconst token = '${KEY.slice(0, 12)}`, `${KEY.slice(12)}';`, 'a.ts')).toBe('');
    expect(await withoutSecrets('const password = "', '482913374652";', 'a.ts')).toBe('');
    expect(await withoutSecrets('const password = "', '482913374652', 'a.ts')).toBe('');
  });
});
