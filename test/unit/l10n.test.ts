import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { sourceBundle } from '../../scripts/l10n.ts';
import { setTranslations } from '../../src/base/language.ts';
import type { TrainingRequest } from '../../src/protocol/training.ts';
import { TrainingClient } from '../../src/training/client.ts';
import { folderWith } from './corpus/temporaryFolder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const sentencesOf = (path: string) => JSON.parse(textOf(path)) as Record<string, string>;

/** The languages of these translated files, such as `zh-cn`. */
function languagesOf(folder: string, prefix: string): string[] {
  const names = readdirSync(join(root, folder)).filter((name) => name.startsWith(`${prefix}.`));
  return names.map((name) => name.slice(prefix.length + 1).replace(/\.?json$/, '')).filter((name) => name !== '');
}

/** What a translation has to keep: `{0}`, and code with the settings it names. */
function keptParts(sentence: string): string[] {
  return [...new Set(sentence.match(/\{\d+\}|`[^`]+`/g))].sort();
}

const LANGUAGES = languagesOf('l10n', 'bundle.l10n');

describe('sentences', () => {
  it('are exported as the sources have them: npm run l10n', () => {
    expect(sentencesOf('l10n/bundle.l10n.json')).toEqual(sourceBundle());
  });

  it('that a person can meet in the editor are looked up', () => {
    const untranslated =
      /\b(message:|(UserFacingError|WorkerDiedError|InvalidCard|damaged|foreign|couldNot|show\w+Message|setStatusBarMessage)\()\s*['"`].*/;
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
    const found = sources
      .filter((path) => path.endsWith('.ts') && !path.startsWith('cli'))
      .flatMap((path) => untranslated.exec(textOf(join('src', path)))?.[0] ?? []);
    expect(found).toEqual([]);
  });

  it('of the manifest are those that it names', () => {
    const named = [...textOf('package.json').matchAll(/"%(.+)%"/g)].map(([, key]) => key);
    expect(Object.keys(sentencesOf('package.nls.json')).sort()).toEqual([...new Set(named)].sort());
  });

  it('are translated in the manifest and beyond it, or in neither', () => {
    expect(LANGUAGES).toContain('zh-cn');
    expect(languagesOf('.', 'package.nls')).toEqual(LANGUAGES);
  });

  it.each(
    LANGUAGES.flatMap((language) => [
      ['l10n/bundle.l10n.json', `l10n/bundle.l10n.${language}.json`],
      ['package.nls.json', `package.nls.${language}.json`],
    ]),
  )('of %s are all in %s, with what they hold', (english, translated) => {
    const parts = (path: string) =>
      Object.fromEntries(Object.entries(sentencesOf(path)).map(([key, sentence]) => [key, keptParts(sentence)]));
    expect(parts(translated)).toEqual(parts(english));
    expect(Object.values(sentencesOf(translated))).not.toContain('');
  });
});

describe('a worker', () => {
  afterEach(() => setTranslations());

  it('refuses a training in the language of the thread that started it', async () => {
    setTranslations(sentencesOf('l10n/bundle.l10n.zh-cn.json'));
    const listener = { onReading: () => {}, onCorpus: () => {}, onEvent: () => {}, onLive: () => {} };
    const client = new TrainingClient(join(root, 'src/trainingWorker.ts'), listener);
    const [empty, storage, cache] = [await folderWith({}), await folderWith({}), await folderWith({})];
    const request: TrainingRequest = {
      run: 'first',
      folders: [empty],
      beginning: 'new',
      options: { recipe: 'default', budget: { epochs: 1 }, threads: 1, seed: 1 },
      scan: {},
      storage,
      cache,
      tensorflowFolders: [],
    };
    const message = `在 ${empty} 中没有找到可供学习的文本：其中没有文件。`;
    expect(await client.remote.run(request)).toEqual({ type: 'refused', message });
    await client.dispose();
  });
});
