import type { Command } from 'commander';
import { LstmPredictor } from '../completion/experts/lstmPredictor.ts';
import { generate } from '../completion/generation/generate.ts';
import { createScrubber } from '../corpus/scrub.ts';
import { numberWithin, seedRule } from './arguments.ts';
import { printJson, printLine } from './output.ts';

interface Flags {
  readonly prompt: string;
  readonly file?: string;
  readonly length: number;
  readonly temperature: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function addGenerateCommand(program: Command): void {
  program
    .command('generate')
    .description('Let a model write.')
    .argument('<model>', 'a model.onnx that Inkling wrote')
    .option('--prompt <text>', 'how the text begins', '')
    .option('--file <name>', 'the path that the text pretends to be in; without it the model makes one up')
    .option(
      '--length <n>',
      'characters to write',
      numberWithin({ option: 'length', minimum: 1, maximum: 1_000_000, whole: true }),
      400,
    )
    .option(
      '--temperature <x>',
      '0: always the most probable character; 1: as the model thinks; more: wilder',
      numberWithin({ option: 'temperature', minimum: 0, maximum: 100 }),
      0.5,
    )
    .option('--seed <n>', 'of what is drawn', numberWithin(seedRule), 1)
    .option('--json', 'one JSON object on standard output')
    .action(runGenerate);
}

async function runGenerate(modelPath: string, { prompt, file, length, temperature, seed, json }: Flags): Promise<void> {
  const predictor = await LstmPredictor.load(modelPath);
  try {
    // A prompt is text of a file, not the path of one.
    const path = file ?? (prompt === '' ? undefined : 'untitled');
    const options = { prompt, length, temperature, seed, ...(path === undefined ? {} : { path }) };
    const { text: written } = await createScrubber()(await generate(predictor, options), 'untitled');
    if (json) printJson({ type: 'text', prompt, text: written });
    else printLine(prompt + written);
  } finally {
    await predictor.dispose();
  }
}
