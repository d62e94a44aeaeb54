import { rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changedPart, fingerprintsOf, readFingerprints, writeFingerprints } from '../../../src/corpus/fingerprints.ts';
import { scan } from '../../../src/corpus/scan.ts';
import { folderWith, prose } from './temporaryFolder.ts';

describe('fingerprints', () => {
  const files = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`f${index}.ts`, prose(`f${index}`)]));
  const fingerprintsIn = async (folder: string) => fingerprintsOf((await scan(folder)).files);

  it('tell how many files were changed, added and removed, not how many were touched', async () => {
    const folder = await folderWith(files);
    const before = await fingerprintsIn(folder);
    await utimes(join(folder, 'f0.ts'), new Date(0), new Date(0));
    expect(changedPart(before, await fingerprintsIn(folder))).toBe(0);
    await writeFile(join(folder, 'f1.ts'), prose('another'));
    await writeFile(join(folder, 'new.ts'), prose('new'));
    await rm(join(folder, 'f2.ts'));
    expect(changedPart(before, await fingerprintsIn(folder))).toBeCloseTo(0.3);
  });

  it('come back from their file, whatever a path is called', async () => {
    const folder = await folderWith({ ['__proto__']: prose('a'), 'b.ts': prose('b') });
    const fingerprints = await fingerprintsIn(folder);
    await writeFingerprints(join(folder, 'learnt.json'), fingerprints);
    expect(await readFingerprints(join(folder, 'learnt.json'))).toEqual(fingerprints);
    expect(fingerprints.size).toBe(2);
  });

  it.each(['', '{}', '[["a"]]', '[1]', '[["a", 2]]'])('are unknown when their file is damaged: %s', async (content) => {
    const folder = await folderWith({ 'learnt.json': content });
    expect(await readFingerprints(join(folder, 'learnt.json'))).toBeUndefined();
    expect(await readFingerprints(join(folder, 'none.json'))).toBeUndefined();
  });
});
