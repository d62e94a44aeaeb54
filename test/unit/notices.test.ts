import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundledFiles } from '../../scripts/build.ts';
import { noticesOf } from '../../scripts/notices.ts';
import { notAllowed, onnxruntimeNotices, type ThirdParty, thirdParties } from '../../scripts/thirdParty.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const licences = join(root, 'licences');

describe('what ships of others', () => {
  let parties: readonly ThirdParty[];

  beforeAll(async () => {
    parties = thirdParties(await bundledFiles());
  });

  it('is named with its notices, as they are now: npm run notices', () => {
    expect(readFileSync(join(root, 'THIRD_PARTY_NOTICES.txt'), 'utf8')).toBe(noticesOf(parties));
  });

  it('is under licences that allow it', () => {
    expect(notAllowed(parties)).toEqual([]);
    const under = (license: string) => notAllowed([{ ...parties[0]!, license }]).length === 0;
    expect(under('GPL-3.0-only')).toBe(false);
    expect(under('MIT AND LGPL-3.0-only')).toBe(false);
    expect(under('MIT OR GPL-2.0')).toBe(true);
  });

  it('is found where a dependency brings it inside of its own bundle, and beside the bundles', () => {
    const names = parties.map(({ name }) => name);
    for (const name of ['node-forge', '@vscode/codicons', 'onnxruntime-node']) expect(names).toContain(name);
  });

  it('has all the texts that are kept for it, and no others', () => {
    const passedOn = noticesOf(parties).replaceAll(/\s+/g, ' ');
    const kept = readdirSync(licences).filter((name) => name.endsWith('.txt'));
    for (const name of kept) {
      expect(passedOn, name).toContain(readFileSync(join(licences, name), 'utf8').trim().replaceAll(/\s+/g, ' '));
    }
    expect(readdirSync(licences).sort()).toEqual([...kept, onnxruntimeNotices().split(/[/\\]/).at(-1)].sort());
  });
});
