import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CorpusView } from '../../../../src/editor/workspace/corpusView.ts';
import type { CorpusDetails } from '../../../../src/protocol/corpus.ts';
import { folderWith } from '../../corpus/temporaryFolder.ts';

const DETAILS: CorpusDetails = {
  folders: ['/a'],
  files: 12,
  heldOutFiles: 2,
  bytes: 100,
  characters: 90,
  vocabulary: [{ character: 'e', count: 9 }],
  rarerCharacters: 7,
  languages: [{ name: '.ts', files: 12, characters: 90 }],
  excluded: { binary: 2, duplicate: 1 },
  scrubbed: { github: 1 },
  notices: ['a/.gitignore cannot be read.'],
  excludedNames: { binary: ['a.png', 'b.png'], duplicate: ['c.ts'] },
};

describe('the view of a corpus', () => {
  it('shows what was read last, also after the window was reloaded', async () => {
    const path = join(await folderWith({}), 'corpus.json');
    await writeFile(path, JSON.stringify(DETAILS));
    const view = new CorpusView(path);
    expect(view.corpus).toBeUndefined();
    await new Promise((resolve) => view.onDidChange(() => resolve(undefined)));
    expect(view.corpus).toEqual({
      folders: ['/a'],
      files: 12,
      heldOutFiles: 2,
      bytes: 100,
      characters: 90,
      vocabulary: [{ character: 'e', count: 9 }],
      rarerCharacters: 7,
      languages: [{ name: '.ts', files: 12, characters: 90 }],
      excluded: [
        { reason: 'binary', count: 2 },
        { reason: 'duplicate', count: 1 },
      ],
      scrubbed: [{ rule: 'github', count: 1 }],
      notices: ['a/.gitignore cannot be read.'],
    });
    expect(view.excludedFiles('binary')).toEqual(['a.png', 'b.png']);
    expect(view.excludedFiles('constructor')).toEqual([]);
    view.set(undefined);
    expect(view.corpus).toBeUndefined();
    expect(view.excludedFiles('binary')).toEqual([]);
  });

  it('shows what was stored before there were notices', async () => {
    const { notices: _, ...stored } = DETAILS;
    const path = join(await folderWith({}), 'corpus.json');
    await writeFile(path, JSON.stringify(stored));
    const view = new CorpusView(path);
    await new Promise((resolve) => view.onDidChange(() => resolve(undefined)));
    expect(view.corpus).toMatchObject({ files: 12, notices: [] });
  });

  it.each(['', '{}', '{"folders":[],"vocabulary":[],"languages":[],"excluded":null}'])(
    'shows nothing when the file holds %j',
    async (content) => {
      const path = join(await folderWith({}), 'corpus.json');
      await writeFile(path, content);
      const view = new CorpusView(path);
      view.set(DETAILS);
      view.set(undefined);
      await new Promise(setImmediate);
      expect(view.corpus).toBeUndefined();
    },
  );
});
