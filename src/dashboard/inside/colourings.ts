import type { TitledTrace } from '../../protocol/page.ts';
import type { ColouringName } from '../preferences.ts';
import type { TextName } from '../texts.ts';
import type { Colouring } from './tints.ts';

/** More bits than this are all the same surprise. */
const MOST_BITS = 10;

interface Choice {
  readonly name: ColouringName;
  readonly text: TextName;
}

export const COLOURINGS: readonly Choice[] = [
  { name: 'surprise', text: 'colourSurprisal' },
  { name: 'forget', text: 'colourForget' },
  { name: 'input', text: 'colourInput' },
  { name: 'output', text: 'colourOutput' },
  { name: 'cell', text: 'colourCell' },
  { name: 'unit', text: 'colourUnit' },
];

/** Whether a colouring looks at one layer. */
export function hasLayer(name: ColouringName): boolean {
  return name !== 'surprise' && name !== 'unit';
}

/** One number per character, and how it is drawn. */
export function coloured(
  name: ColouringName,
  trace: TitledTrace,
  layer: number,
  unitValues: readonly number[],
): { readonly values: readonly number[]; readonly colouring: Colouring } {
  const largest = (values: readonly number[]) => Math.max(1e-6, ...values.map(Math.abs));
  const gate = (values: readonly number[], colour: string) => ({
    values,
    colouring: { type: 'single', colour, minimum: 0, maximum: 1 } as const,
  });
  switch (name) {
    case 'surprise':
      return {
        values: trace.surprisal,
        colouring: { type: 'single', colour: '--vscode-charts-red', minimum: 0, maximum: MOST_BITS },
      };
    case 'forget':
      return gate(trace.forget[layer] ?? [], '--vscode-charts-purple');
    case 'input':
      return gate(trace.input[layer] ?? [], '--vscode-charts-green');
    case 'output':
      return gate(trace.output[layer] ?? [], '--vscode-charts-blue');
    case 'cell': {
      const values = trace.cell[layer] ?? [];
      return {
        values,
        colouring: { type: 'single', colour: '--vscode-charts-orange', minimum: 0, maximum: largest(values) },
      };
    }
    case 'unit':
      return {
        values: unitValues,
        colouring: {
          type: 'diverging',
          below: '--vscode-charts-blue',
          above: '--vscode-charts-orange',
          maximum: largest(unitValues),
        },
      };
  }
}
