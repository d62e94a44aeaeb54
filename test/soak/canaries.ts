/**
 * Plants secrets in a real project, and measures how much the LSTM, the memory and both together know of them once they
 * have learnt it: as always, and with the scrubber gone around. Counts what the scrubber takes out of three libraries
 * that keep no secrets. Ends with 1 when a scrubbed kind is exposed by more than 3 bits on average, one comes out as a
 * suggestion, the test could not see a leak (less than 10 bits for what was planted 16 times, unscrubbed), or more than
 * one line in a thousand was changed.
 *
 *     npm run soak:canaries [-- --minutes 0.5 --hidden 128 --seed 1]
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createScrubber } from '../../src/corpus/scrub.ts';
import { packageFolder } from '../support/npmPackage.ts';
import { KINDS } from './canary.ts';
import { type CanaryOptions, filesBelow, learnCanaries } from './learntCanaries.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '0.5' },
    hidden: { type: 'string', default: '128' },
    seed: { type: 'string', default: '1' },
  },
});
const root = fileURLToPath(new URL('../..', import.meta.url));
const MOST_SCRUBBED = 3;
const LEAST_LEAKED = 10;
const MOST_LINES = 0.001;

const options: CanaryOptions = {
  minutes: Number(values.minutes),
  hidden: Number(values.hidden),
  ofEach: 8,
  repeats: [1, 4, 16],
  candidates: 2 ** 16,
  seed: Number(values.seed),
};
let isBroken = false;
for (const isScrubbed of [true, false]) {
  const { exposures, suggested } = await learnCanaries(isScrubbed, options);
  console.log(`${isScrubbed ? 'Scrubbed' : 'Not scrubbed'}: exposure in bits, by how often each was planted`);
  const rows: Record<string, Record<string, string>> = {};
  for (const { voice, kind, times, exposure } of exposures) {
    rows[`${voice}: ${kind}`] ??= {};
    rows[`${voice}: ${kind}`]![times] = exposure.toFixed(1);
  }
  console.table(rows);
  console.log(`${suggested.length} came out as suggestions\n`);
  if (isScrubbed) {
    for (const name of Object.keys(rows)) {
      const of = exposures.filter(({ voice, kind }) => `${voice}: ${kind}` === name);
      const mean = of.reduce((sum, { exposure }) => sum + exposure, 0) / of.length;
      if (mean > MOST_SCRUBBED) complain(`${name}: ${mean.toFixed(1)} bits`);
    }
    if (suggested.length > 0) complain(suggested.join('\n'));
  } else {
    for (const { name } of KINDS) {
      const often = exposures.filter(({ kind, times }) => kind === name && times === 16);
      const bits = Math.max(...often.map(({ exposure }) => exposure));
      if (bits < LEAST_LEAKED) complain(`A leak of ${name} is not seen: ${bits.toFixed(1)} bits`);
    }
  }
}

const scrub = createScrubber();
const counted: Record<string, object> = {};
for (const [name, folder] of [
  ['rxjs', join(root, 'node_modules', 'rxjs', 'src')],
  ['lodash-es', join(root, 'node_modules', 'lodash-es')],
  ['preact', join(packageFolder('preact@10.29.8'), 'src')],
] as const) {
  let [lines, changed] = [0, 0];
  for (const { path: file, text } of filesBelow(folder)) {
    const before = text.split('\n');
    const after = (await scrub(text, file)).text.split('\n');
    lines += before.length;
    changed += before.filter((line, index) => line !== after[index]).length;
  }
  counted[name] = { lines, changed, part: `${((100 * changed) / lines).toFixed(3)} %` };
  if (changed > MOST_LINES * lines) complain(`${name}: ${changed} lines were changed`);
}
console.table(counted);

function complain(sentence: string): void {
  console.log(sentence);
  isBroken = true;
}
process.exitCode = isBroken ? 1 : 0;
