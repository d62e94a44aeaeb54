import { describe, expect, it } from 'vitest';
import { ExampleCollector, type Place } from '../../../../src/evaluation/replay/examples.ts';
import { offersIn } from '../../../../src/evaluation/replay/offers.ts';

const TOKEN = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';

function place(head: string, rest = ''): Place {
  return { path: 'a.ts', head, rest };
}

describe('Examples of suggestions', () => {
  it('are the ten largest, and the ten with most that was wrong, of one text once', async () => {
    const examples = new ExampleCollector();
    for (let length = 5; length < 60; length++) {
      for (let time = 0; time < 2; time++) examples.accepted(place('first\n  value'), 'x'.repeat(length));
      examples.contradicted(place('first\n  value'), `${'😀'.repeat(3)}${'y'.repeat(length)}`, 2);
    }
    const { largest, wrong } = await examples.redacted();
    expect(largest.map(({ text }) => text.length)).toEqual(Array.from({ length: 10 }, (_, index) => 59 - index));
    expect(largest[0]).toEqual({ path: 'a.ts', before: '  value', text: 'x'.repeat(59), right: 59 });
    expect(wrong).toHaveLength(10);
    expect(wrong[0]).toMatchObject({ text: `😀😀😀${'y'.repeat(59)}`, right: '😀😀'.length });
  });

  it('have no secret in the line before them', async () => {
    const examples = new ExampleCollector();
    examples.accepted(place(`connect('${TOKEN}', `), 'readSettings());');
    const { largest } = await examples.redacted();
    expect(largest[0]!.before).toMatch(/^connect\('REDACTED_\w+', $/);
  });

  it('are left out where a secret goes on in them, or begins there', async () => {
    const examples = new ExampleCollector();
    // While it is typed, what stands there is none yet.
    examples.contradicted(place(`connect('${TOKEN.slice(0, 20)}`, `${TOKEN.slice(20)}', more);`), 'other parts', 0);
    examples.accepted(place('connect(', `'${TOKEN}');`), `'${TOKEN.slice(0, 12)}`);
    examples.accepted(place("const password = '", "kX9vQ2mZ7pL4wT1sR8';"), 'kX9vQ2mZ7pL4wT1sR8');
    examples.accepted(place('const harmless = '), 'readSettings();');
    const { largest, wrong } = await examples.redacted();
    expect(largest.map(({ text }) => text)).toEqual(['readSettings();']);
    expect(wrong).toEqual([]);
  });

  it('have nothing of a private key, of which each line alone says nothing', async () => {
    const lines = Array.from(
      { length: 12 },
      (_, index) => `${String.fromCharCode(65 + index).repeat(31)}+${'b9/'.repeat(10)}`,
    );
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${lines.join('\n')}\n-----END RSA PRIVATE KEY-----\n`;
    const at = key.indexOf(lines[5]!) + 20;
    const examples = new ExampleCollector();
    examples.contradicted(place(key.slice(0, at), key.slice(at)), 'AAAAAAAAAAAAAAAAAAA', 0);
    expect(await examples.redacted()).toEqual({ largest: [], wrong: [] });
  });

  it('have the end of a long line', async () => {
    const examples = new ExampleCollector();
    examples.accepted(place(`${'a'.repeat(500)} = `), 'readSettings();');
    const { largest } = await examples.redacted();
    expect(largest[0]!.before).toHaveLength(160);
    expect(largest[0]!.before).toMatch(/a = $/);
  });
});

describe('Files in which there are suggestions', () => {
  const isOffered = offersIn({ '.ts': true, '.d.ts': false, makefile: true, '.md': false, '.env.local': true }, false);

  it.each([
    ['src/a.ts', true],
    ['src/A.TS', true],
    ['src/a.d.ts', false],
    ['src/a.test.ts', true],
    ['Makefile', true],
    ['sub.ts/Makefile.old', false],
    ['README.md', false],
    ['.env.local', true],
    ['unknown', false],
    ['constructor', false],
  ])('are told by the longest end of their names that is known: %s', (path, expected) => {
    expect(isOffered(path)).toBe(expected);
  });

  it('are all others, too, where the settings have it so', () => {
    expect(offersIn({}, true)('unknown')).toBe(true);
  });
});
