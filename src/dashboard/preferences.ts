import { effect, signal } from '@preact/signals';
import type { Section } from '../protocol/page.ts';
import { vscode } from './wire.ts';

export type AxisName = 'time' | 'step' | 'epoch';
export type ColouringName = 'surprise' | 'forget' | 'input' | 'output' | 'cell' | 'unit';

/** How somebody likes to look at things. It outlives the page; nothing here is about the model. */
interface Preferences {
  readonly section: Section;
  readonly axis: AxisName;
  /** Weight of the past in the smoothed curve, 0 to 0.99. */
  readonly smoothing: number;
  readonly temperature: number;
  readonly length: number;
  readonly colouring: ColouringName;
  readonly hidden: readonly string[];
}

const DEFAULTS: Preferences = {
  section: 'curves',
  axis: 'time',
  smoothing: 0.9,
  temperature: 0.7,
  length: 400,
  colouring: 'surprise',
  hidden: [],
};

const CHOICES: Readonly<Partial<Record<keyof Preferences, readonly string[]>>> = {
  section: ['run', 'curves', 'samples', 'next', 'inside', 'corpus', 'savings'] satisfies Section[],
  axis: ['time', 'step', 'epoch'] satisfies AxisName[],
  colouring: ['surprise', 'forget', 'input', 'output', 'cell', 'unit'] satisfies ColouringName[],
};
const NUMBERS: Readonly<Partial<Record<keyof Preferences, number>>> = { smoothing: 0.99, temperature: 2, length: 5000 };

/** What was stored, as far as it makes sense. */
function sensible(stored: unknown): Partial<Preferences> {
  const isSensible = ([name, value]: [string, unknown]) => {
    const key = name as keyof Preferences;
    if (key === 'hidden') return Array.isArray(value) && value.every((one) => typeof one === 'string');
    const most = NUMBERS[key];
    if (most !== undefined) return typeof value === 'number' && value >= 0 && value <= most;
    return CHOICES[key]?.includes(value as string) === true;
  };
  const entries = Object.entries(stored ?? {}).filter(([name]) => Object.hasOwn(DEFAULTS, name));
  return Object.fromEntries(entries.filter(isSensible));
}

const initial: Preferences = { ...DEFAULTS, ...sensible(vscode.getState()) };

export const section = signal(initial.section);
export const axis = signal(initial.axis);
export const smoothing = signal(initial.smoothing);
export const temperature = signal(initial.temperature);
export const length = signal(initial.length);
export const colouring = signal(initial.colouring);
/** Kinds of lines that are switched off in the legend. */
export const hiddenLines = signal(initial.hidden);

effect(() => {
  const preferences: Preferences = {
    section: section.value,
    axis: axis.value,
    smoothing: smoothing.value,
    temperature: temperature.value,
    length: length.value,
    colouring: colouring.value,
    hidden: hiddenLines.value,
  };
  vscode.setState(preferences);
});
