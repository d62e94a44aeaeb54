import { duration, fixed, integer } from '../format.ts';
import { axis } from '../preferences.ts';
import { t } from '../texts.ts';

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
