import { describe, expect, it } from 'vitest';
import { SETTINGS, type SettingName, settingValue } from '../../../../src/editor/settings/settingTable.ts';

const NAMES = Object.keys(SETTINGS) as SettingName[];

describe('a setting', () => {
  it('counts as its default where it is not set, or to what is of another type', () => {
    for (const name of NAMES) {
      for (const value of [undefined, null, Number.NaN, Symbol('other')]) {
        expect(settingValue(name, value), name).toEqual(SETTINGS[name].default);
      }
    }
    expect(settingValue('training.minutes', '7')).toBe(5);
    expect(settingValue('completions.enabled', 0)).toBe(true);
    expect(settingValue('tensorflow.path', 3)).toBe('');
    expect(settingValue('completions.languages', ['*'])).toHaveProperty('markdown', false);
  });

  it('that is a number counts as the nearest one within its bounds', () => {
    const minutes = (value: number) => settingValue('training.minutes', value);
    expect([minutes(0), minutes(1e9), minutes(0.5)]).toEqual([0.05, 10_000, 0.5]);
    expect([settingValue('training.hidden', 200.4), settingValue('training.hidden', -1)]).toEqual([200, 0]);
    expect(settingValue('training.learningRate', 0.002)).toBe(0.002);
  });

  it('that is a choice counts as its default where there is no such choice', () => {
    const recipe = (value: unknown) => settingValue('training.recipe', value);
    expect([recipe('classic'), recipe('other'), recipe(3)]).toEqual(['classic', 'default', 'default']);
    expect(settingValue('training.engine', 'tensorflow')).toBe('tensorflow');
    expect(settingValue('training.device', 'tpu')).toBe('auto');
  });

  it('that is a list keeps what is text', () => {
    expect(settingValue('training.exclude', ['a/**', '', 3, null])).toEqual(['a/**']);
  });
});
