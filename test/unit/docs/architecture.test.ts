import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawArchitecture, importsDrawn, importsOfSource } from '../../../scripts/architecture.ts';

const picture = readFileSync(new URL('../../../docs/pictures/architecture.svg', import.meta.url), 'utf8');

describe('the picture in docs/architecture.md', () => {
  it('has an arrow for each import from folder to folder, and no other', async () => {
    const imports = await importsOfSource();
    expect(imports.length).toBeGreaterThan(20);
    expect(importsDrawn(picture), 'run npm run picture:architecture').toEqual(imports);
  });

  it('shows an arrow that it is given', async () => {
    const imports = [{ from: 'cli', to: 'corpus' }];
    expect(importsDrawn(await drawArchitecture(imports))).toEqual(imports);
  });

  it('is not drawn before somebody has said what a new folder is for', async () => {
    await expect(drawArchitecture([{ from: 'cli', to: 'newcomer' }])).rejects.toThrow('src/newcomer');
  });
});
