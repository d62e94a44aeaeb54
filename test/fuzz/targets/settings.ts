import fc from 'fast-check';
import * as v from 'valibot';
import packageJson from '../../../package.json' with { type: 'json' };
import { giveWay } from '../../../src/base/pace.ts';
import { Amount, accepts, Finite, objectOf, within } from '../../../src/base/schema.ts';
import { matcherOf } from '../../../src/corpus/globs.ts';
import {
  type CompletionSettings,
  completionSettings,
  excludingSettings,
  type MemorySettings,
  memorySettings,
  pausesOnBattery,
  setOption,
  tensorflowPath,
  trainingOptions,
  trainingSettings,
} from '../../../src/editor/settings/settings.ts';
import { excludedBy } from '../../../src/editor/workspace/excludeSettings.ts';
import { Recipe } from '../../../src/protocol/modelCard.ts';
import { TRAINING_CALLS } from '../../../src/protocol/training.ts';
import { settings } from '../../support/fakeVscode.ts';
import { json } from '../json.ts';
import { refusesOrGives } from '../refusal.ts';
import type { Target } from '../target.ts';

const NAMES = [
  ...packageJson.contributes.configuration.flatMap(({ properties }) => Object.keys(properties)),
  'files.exclude',
  'search.exclude',
];

const glob = fc.oneof(
  fc.string(),
  fc.string({
    unit: fc.constantFrom('*', '**', '/', '?', '[', ']', '{', '}', ',', '!', '(', ')', '+', '\\', 'a', '.'),
  }),
);
const globs = fc.oneof(fc.array(glob), fc.dictionary(glob, fc.oneof(fc.boolean(), json)));

const Completion = objectOf({
  enabled: v.boolean(),
  minimumProbability: within(0.05, 0.99),
  maxLength: within(2, 1000),
  multiline: v.boolean(),
  delayMilliseconds: within(0, 2000),
}) satisfies v.GenericSchema<CompletionSettings>;
const Memory = objectOf({
  enabled: v.boolean(),
  maximum: within(100_000, 20_000_000),
}) satisfies v.GenericSchema<MemorySettings>;
const Options = objectOf({
  minutes: Finite,
  hidden: Amount,
  layers: Amount,
  learningRate: within(0, 1),
  recipe: Recipe,
});
const [Request] = TRAINING_CALLS.run.takes as readonly [v.GenericSchema];

/** Whatever stands in the settings, they can be worked with, or a sentence says which glob cannot. */
export const anySettings: Target = {
  name: 'settings',
  property: fc.asyncProperty(
    fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.oneof(json, globs)), { minLength: 1, maxLength: 20 }),
    fc.oneof(fc.string(), fc.constantFrom('typescript', '__proto__', 'constructor')),
    fc.tuple(fc.constantFrom('minutes', 'hidden', 'layers', 'learningRate', 'recipe'), json),
    async (some, language, [option, value]) => {
      settings.clear();
      for (const [name, set] of some) settings.set(name, set);
      const { options, scan } = trainingSettings();
      const asked = {
        run: '',
        folders: [],
        beginning: 'new',
        options,
        scan,
        storage: '',
        cache: '',
        tensorflowFolders: [],
      };
      expect(accepts(Request, asked), 'training', asked);
      expect(accepts(Completion, completionSettings(language)), 'completions', completionSettings(language));
      expect(accepts(Memory, memorySettings()), 'memory', memorySettings());
      expect(accepts(Options, trainingOptions()), 'options', trainingOptions());
      expect(typeof pausesOnBattery() === 'boolean', 'battery');
      expect(['string', 'undefined'].includes(typeof tensorflowPath()), 'path');
      const reason = await setOption(option as 'hidden', value as number);
      expect(reason === undefined || reason.length < 200, 'reason', reason);
      const folder = refusesOrGives(() => excludedBy(excludingSettings(undefined as never)))!;
      expect(accepts(Request, { ...asked, folders: [{ path: '', ...folder }] }), 'exclusions', folder);
      const globs = folder.exclude.map((glob) => (typeof glob === 'string' ? glob : glob.glob));
      const matches = refusesOrGives(() => matcherOf(globs));
      for (const path of ['a', 'a/b.ts', `${'a'.repeat(200)}b`]) matches?.(path);
      await giveWay(); // or the clock that ends it would never be heard
    },
  ),
};

function expect(holds: boolean, what: string, value?: unknown): void {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(value)}`);
}
