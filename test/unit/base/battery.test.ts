import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOnBattery, parseBatteryStatus, parsePmset, readPowerSupplies } from '../../../src/base/battery.ts';
import { folderWith } from '../corpus/temporaryFolder.ts';

/** A folder as Linux has it. */
async function supplies(all: Record<string, Record<string, string>>): Promise<string> {
  const files = Object.entries(all).flatMap(([name, values]) =>
    Object.entries(values).map(([file, value]) => [`${name}/${file}`, `${value}\n`] as const),
  );
  return folderWith(Object.fromEntries(files));
}

const BATTERY = { type: 'Battery', status: 'Discharging' };

describe('The battery', () => {
  it.each([
    ['a laptop on its battery', { AC: { type: 'Mains', online: '0' }, BAT0: BATTERY }, true],
    ['one that is plugged in', { AC: { type: 'Mains', online: '1' }, BAT0: { ...BATTERY, status: 'Charging' } }, false],
    ['one that is plugged in by USB', { BAT0: BATTERY, ucsi: { type: 'USB', online: '1' } }, false],
    ['one with a full battery', { BAT0: { ...BATTERY, status: 'Full' } }, false],
    ['one with two batteries', { BAT0: { ...BATTERY, status: 'Full' }, BAT1: BATTERY }, true],
    ['a machine with a mouse', { hid: { ...BATTERY, scope: 'Device' } }, undefined],
    ['a machine without any', {}, undefined],
  ])('of %s', async (_, all, expected) => {
    expect(await readPowerSupplies(await supplies(all as Record<string, Record<string, string>>))).toBe(expected);
  });

  it('is told of by macOS', () => {
    expect(parsePmset("Now drawing from 'Battery Power'\n -InternalBattery-0\t88%; discharging;")).toBe(true);
    expect(parsePmset("Now drawing from 'AC Power'\n -InternalBattery-0\t100%; charged;")).toBe(false);
    expect(parsePmset('')).toBeUndefined();
  });

  it('is told of by Windows', () => {
    expect(parseBatteryStatus('1\r\n')).toBe(true);
    expect(parseBatteryStatus('2\r\n2\r\n')).toBe(false);
    expect(parseBatteryStatus('\r\n')).toBeUndefined();
  });

  it('is none where nothing tells of it', async () => {
    expect(await isOnBattery('aix')).toBeUndefined();
    await expect(readPowerSupplies(join(await folderWith({}), 'missing'))).rejects.toThrow();
    expect([true, false, undefined]).toContain(await isOnBattery());
  });
});
