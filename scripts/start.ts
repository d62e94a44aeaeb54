/**
 * What a newcomer runs first: trains on a folder for a minute, then shows what the model completes in files it has
 * not learnt. `npm start [-- <folder> [minutes]]`; the folder is this repository's own `src` by default.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { readCorpus } from '../src/corpus/corpus.ts';

const EXAMPLES = 3;
const LINES_SHOWN = 5;

const [folder = 'src', minutes = '1'] = process.argv.slice(2);
const cache = resolve('.cache', 'start');
mkdirSync(cache, { recursive: true });
const model = resolve(cache, 'model.onnx');

inkling(['train', folder, '--minutes', minutes, '--out', model]);
console.log('\nOn files that it has not learnt:');
inkling(['evaluate', model, folder]);

const { heldOut } = await readCorpus(folder);
const places = heldOut.flatMap(({ path, text }) => {
  const cursor = cursorIn(text);
  return cursor === undefined ? [] : [{ path, before: text.slice(0, cursor), after: text.slice(cursor) }];
});
for (const { path, before, after } of places.slice(0, EXAMPLES)) {
  const shown = before.split('\n').slice(-LINES_SHOWN).join('\n');
  console.log(`\n── ${path}\n${shown}▏`);
  const { text, probability } = suggestionAt(path, before) ?? {};
  console.log(
    `   suggested: ${text === undefined ? '(nothing)' : `${text}   (${Math.round(100 * probability!)} % sure)`}`,
  );
  console.log(`   really:    ${after.split('\n')[0]}`);
}
console.log(`\nThe model: ${model}\nMore: node dist/cli.js --help`);

/** The first of what the editor would show there, with the rest of the folder read. */
function suggestionAt(path: string, before: string): { text: string; probability: number } | undefined {
  const args = ['dist/cli.js', 'complete', model, '--folder', folder, '--file', path, '--invoked', '--json'];
  const { stdout } = spawnSync(process.execPath, args, { input: before, encoding: 'utf8' });
  return JSON.parse(stdout).suggestions[0];
}

/** A third into the longest line of the file's second half. */
function cursorIn(text: string): number | undefined {
  const half = text.indexOf('\n', Math.floor(text.length / 2)) + 1;
  const lines = text.slice(half).split('\n').slice(0, 40);
  const longest = lines.reduce((a, b) => (b.trim().length > a.trim().length ? b : a), '');
  if (half === 0 || longest.trim().length < 12) return undefined;
  const indent = longest.length - longest.trimStart().length;
  return text.indexOf(longest, half) + indent + Math.floor(longest.trim().length / 3);
}

function inkling(args: readonly string[]): void {
  const { status, signal } = spawnSync(process.execPath, ['dist/cli.js', ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? (signal === null ? 1 : 130));
}
