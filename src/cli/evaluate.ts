import { type Command, Option } from 'commander';
import { UserFacingError } from '../base/errors.ts';
import { LstmPredictor } from '../completion/experts/lstmPredictor.ts';
import { readDocuments } from '../corpus/corpus.ts';
import type { Document } from '../corpus/document.ts';
import { splitDocuments } from '../corpus/split.ts';
import { bitsPerCharacter } from '../evaluation/bitsPerCharacter.ts';
import { type ExpertSet, evaluatedKnowledge, expertsOf } from '../evaluation/knowledge.ts';
import { mixtureScore } from '../evaluation/mixtureScore.ts';
import { type Model, readModelFile } from '../lstm/modelFile.ts';
import type { RuntimeOptions } from '../lstm/runtime.ts';
import type { Score } from '../scoring/score.ts';
import { defaultThreads, numberWithin, threadsRule } from './arguments.ts';
import { printJson, printLine } from './output.ts';

interface Flags {
  readonly files: 'held-out' | 'all';
  readonly predictor: ExpertSet;
  readonly threads: number;
  readonly json?: boolean;
}

export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description('Measure a model on the files of a folder, in bits per character.')
    .argument('<model>', 'a model.onnx that Inkling wrote')
    .argument('<folder>', 'what to measure it on')
    .addOption(
      new Option('--files <which>', 'the held-out files or all').choices(['held-out', 'all']).default('held-out'),
    )
    .addOption(
      new Option(
        '--predictor <name>',
        'what predicts: the network, a memory of the other files and of what was read so far, that and one of the file alone, or all',
      )
        .choices(['lstm', 'memory', 'memories', 'mixture'])
        .default('lstm'),
    )
    .option('--threads <n>', 'processor threads', numberWithin(threadsRule), defaultThreads())
    .option('--json', 'one JSON object on standard output')
    .action(runEvaluate);
}

async function runEvaluate(modelPath: string, folder: string, flags: Flags): Promise<void> {
  const model = await readModelFile(modelPath);
  const { documents } = await readDocuments(folder);
  if (flags.predictor !== 'lstm' && flags.files === 'all') {
    throw new UserFacingError('A memory is measured on held-out files; leave out --files all.', 'usage');
  }
  const split = splitDocuments(documents);
  const {
    documents: files,
    characters,
    bitsPerCharacter: bits,
    top1,
  } = flags.predictor === 'lstm'
    ? await bitsPerCharacter(model, flags.files === 'all' ? documents : split.heldOut, flags)
    : await scoreOf(flags.predictor, model, split, flags);
  if (flags.json) {
    printJson({ type: 'evaluation', predictor: flags.predictor, files, characters, bitsPerCharacter: bits, top1 });
    return;
  }
  printLine(
    `${bits.toFixed(4)} bits per character over ${characters.toLocaleString('en')} characters in ` +
      `${files.toLocaleString('en')} files; the most probable character was right ${(top1 * 100).toFixed(1)} % of the time.`,
  );
}

async function scoreOf(
  set: ExpertSet,
  model: Model,
  { train, heldOut }: Split,
  options: RuntimeOptions,
): Promise<Score> {
  const network = await LstmPredictor.open(model, options);
  try {
    return await mixtureScore(evaluatedKnowledge(network, train, expertsOf(set)), heldOut);
  } finally {
    await network.dispose();
  }
}

type Split = ReturnType<typeof splitDocuments<Document>>;
