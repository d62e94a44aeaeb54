import { type Command, Option } from 'commander';
import { Words } from '../completion/context/wordStream.ts';
import { GrowingDocument } from '../completion/experts/documentCache.ts';
import { ContextMemory } from '../completion/experts/kneserNeyModel.ts';
import { LstmPredictor } from '../completion/experts/lstmPredictor.ts';
import { MemoryPredictor } from '../completion/experts/memoryPredictor.ts';
import { MixturePredictor } from '../completion/mixing/mixturePredictor.ts';
import { showingCosts, USUAL_CONTRADICTION_COST, USUAL_WRONG_COST } from '../completion/suggestion/policy.ts';
import { readDocuments } from '../corpus/corpus.ts';
import { encodeDocument } from '../corpus/documents.ts';
import { splitDocuments } from '../corpus/split.ts';
import { type Calibration, calibration } from '../evaluation/calibration.ts';
import { type Simulation, simulate } from '../evaluation/simulate.ts';
import type { WithMemory } from '../evaluation/withMemory.ts';
import { defaultThreads, numberWithin, threadsRule } from './arguments.ts';
import { printJson, printLine } from './output.ts';

/** What the editor asks for when nothing was accepted or dismissed yet. */
const EDITOR = { multiline: true, wrongCost: USUAL_WRONG_COST };

interface Flags {
  readonly predictor: 'lstm' | WithMemory;
  readonly characters: number;
  readonly minimumProbability: number;
  readonly contradictionCost?: number;
  readonly threads: number;
  readonly calibration?: boolean;
  readonly json?: boolean;
}

export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('Type the held-out files of a folder with suggestions, and count the keys that they save.')
    .argument('<model>', 'a model.onnx that Inkling wrote')
    .argument('<folder>', 'what to type')
    .addOption(
      new Option('--predictor <name>', 'what suggests; see evaluate')
        .choices(['lstm', 'memory', 'memories', 'mixture'])
        .default('mixture'),
    )
    .option(
      '--characters <n>',
      'how many are typed',
      numberWithin({ option: 'characters', minimum: 1, maximum: 1e9, whole: true }),
      20_000,
    )
    .option(
      '--minimum-probability <x>',
      'suggest nothing that is less probable to be right as a whole',
      numberWithin({ option: 'minimum-probability', minimum: 0.001, maximum: 1 }),
      0.3,
    )
    .option(
      '--contradiction-cost <x>',
      'keys that it costs when a suggestion is contradicted by what is typed next (default: as in the editor)',
      numberWithin({ option: 'contradiction-cost', minimum: 0, maximum: 100 }),
    )
    .option('--calibration', 'compare how probable suggestions are said to be with how many are right')
    .option('--threads <n>', 'processor threads', numberWithin(threadsRule), defaultThreads())
    .option('--json', 'one JSON object on standard output')
    .action(runSimulate);
}

async function runSimulate(modelPath: string, folder: string, flags: Flags): Promise<void> {
  const { documents } = await readDocuments(folder);
  const { train, heldOut } = splitDocuments(documents);
  const network = await LstmPredictor.load(modelPath, flags);
  try {
    const { vocabulary } = network;
    const memory = new ContextMemory(vocabulary.size);
    if (flags.predictor !== 'lstm') for (const document of train) memory.learn(encodeDocument(vocabulary, document));
    const remembering = new MemoryPredictor(vocabulary, memory);
    const learn = (ids: Uint16Array, position: number) => memory.learn(ids, position, position + 1);
    const { characters, minimumProbability } = flags;
    const isJoined = flags.predictor === 'memories' || flags.predictor === 'mixture';
    const costs = showingCosts(USUAL_CONTRADICTION_COST, isJoined);
    const given = flags.contradictionCost === undefined ? {} : { contradictionCost: flags.contradictionCost };
    const options = { characters, minimumProbability, ...EDITOR, ...costs, ...given };
    const run = flags.calibration ? calibration : simulate;
    let result: Simulation | Calibration;
    if (flags.predictor === 'lstm') result = await run({ predictor: network }, heldOut, options);
    else if (flags.predictor === 'memory') {
      const typed = (_: unknown, ids: Uint16Array, position: number) => learn(ids, position);
      result = await run({ predictor: remembering, typed }, heldOut, options);
    } else {
      const mixture = new MixturePredictor(flags.predictor === 'mixture' ? network : undefined, remembering);
      const words = new Words(vocabulary);
      let alone: GrowingDocument;
      result = await run(
        {
          predictor: mixture,
          start: () => {
            alone = new GrowingDocument(vocabulary, words);
            return mixture.within(mixture.start(), alone.memory);
          },
          typed: (state, ids, position) => {
            mixture.learn(state, ids[position]!);
            learn(ids, position);
            alone.learn(ids.subarray(position, position + 1));
          },
        },
        heldOut,
        options,
      );
    }
    const type = flags.calibration ? 'calibration' : 'simulation';
    if (flags.json) printJson({ type, predictor: flags.predictor, ...result });
    else if ('bins' in result) describeCalibration(result);
    else describe(result);
  } finally {
    await network.dispose();
  }
}

function describe(result: Simulation): void {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  printLine(
    `${percent(result.keystrokeSavings)} of the keys saved over ${result.characters.toLocaleString('en')} characters; ` +
      `${percent(result.acceptanceRate)} of ${result.shown.toLocaleString('en')} suggestions accepted; ` +
      `${result.wrongPerAcceptedCharacter.toFixed(2)} wrong characters shown for each accepted one; ` +
      `computed in ${result.latencyMs.p50.toFixed(1)} ms (half of them), ${result.latencyMs.p95.toFixed(1)} ms (95 %).`,
  );
}

function describeCalibration({ candidates, expectedCalibrationError, bins }: Calibration): void {
  printLine(
    `${candidates.toLocaleString('en')} suggestions, shown or not; expected calibration error ${expectedCalibrationError.toFixed(3)}.`,
  );
  for (const { probability, right } of bins) {
    printLine(`  said to be right in ${(100 * probability).toFixed(1)} %, right in ${(100 * right).toFixed(1)} %`);
  }
}
