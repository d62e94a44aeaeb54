import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { UserFacingError } from '../base/errors.ts';
import { LstmPredictor } from '../completion/experts/lstmPredictor.ts';
import { complete } from '../completion/suggestion/beamSearch.ts';
import { withoutSecrets } from '../completion/suggestion/redaction.ts';
import { numberWithin } from './arguments.ts';
import { printJson, printLine } from './output.ts';

interface Flags {
  readonly file: string;
  readonly max: number;
  readonly minimumProbability: number;
  readonly json?: boolean;
}

/** Less than an editor asks for: who asks on a command line wants to see what the model thinks. */
const MINIMUM_PROBABILITY = 0.05;

export function addCompleteCommand(program: Command): void {
  program
    .command('complete')
    .description('Suggest what comes next, for the text before the cursor on standard input.')
    .argument('<model>', 'a model.onnx that Inkling wrote')
    .option('--file <name>', 'the path that the text is in, relative to the folder learnt', 'untitled')
    .option(
      '--max <n>',
      'longest suggestion',
      numberWithin({ option: 'max', minimum: 1, maximum: 10_000, whole: true }),
      120,
    )
    .option(
      '--minimum-probability <x>',
      'suggest nothing that is less probable to be right as a whole',
      numberWithin({ option: 'minimum-probability', minimum: 0.001, maximum: 1 }),
      MINIMUM_PROBABILITY,
    )
    .option('--json', 'one JSON object on standard output')
    .action(runComplete);
}

async function runComplete(modelPath: string, flags: Flags): Promise<void> {
  if (process.stdin.isTTY) {
    throw new UserFacingError('complete reads the text before the cursor on standard input: pipe it in.', 'usage');
  }
  const predictor = await LstmPredictor.load(modelPath);
  try {
    const before = await text(process.stdin);
    const found = await complete(
      predictor,
      { path: flags.file, before },
      {
        maxLength: flags.max,
        minimumProbability: flags.minimumProbability,
      },
    );
    const harmless = found === undefined ? '' : await withoutSecrets(before, found.text, flags.file);
    const suggestion = found === undefined || harmless === '' ? undefined : { ...found, text: harmless };
    if (flags.json) {
      printJson({ type: 'suggestion', text: suggestion?.text ?? '', probability: suggestion?.probability ?? 0 });
    } else if (suggestion === undefined) printLine('(nothing to suggest)');
    else printLine(`${suggestion.text}\n(${(suggestion.probability * 100).toFixed(0)} % sure)`);
  } finally {
    await predictor.dispose();
  }
}
