import { duration, fixed, integer } from '../format.ts';
import { axis } from '../preferences.ts';
import { t } from '../texts.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Seconds between ticks that one can read off a clock. */
const CLOCK = [1, 2, 5, 10, 15, 30, ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE)].concat(
  [1, 2, 3, 6, 12, 24, 48, 96].map((hours) => hours * HOUR),
);

/** Distances that ticks may have; undefined: powers of ten and their halves and fifths. */
export function placeSteps(): number[] | undefined {
  return axis.value === 'time' ? CLOCK : undefined;
}

/** A place on the chosen axis, short, as at a tick. */
export function placeText(value: number): string {
  switch (axis.value) {
    case 'time':
      return duration(value);
    case 'step':
      return integer(value);
    case 'epoch':
      return String(Number(value.toPrecision(3)));
  }
}

/** The same in words. */
export function placeSentence(value: number): string {
  switch (axis.value) {
    case 'time':
      return t('atTime', duration(value));
    case 'step':
      return t('atStep', integer(value));
    case 'epoch':
      return t('atEpoch', fixed(value));
  }
}
