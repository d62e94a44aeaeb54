import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where Linux tells of power supplies, a folder for each. */
const POWER_SUPPLIES = '/sys/class/power_supply';
const TIMEOUT_MILLISECONDS = 10_000;

/**
 * Whether this machine runs on its battery; undefined where it does not say, as most that have none. On Linux files tell;
 * on macOS and Windows a program of the system is asked, which is the only one that Inkling ever starts.
 */
export async function isOnBattery(platform: NodeJS.Platform = process.platform): Promise<boolean | undefined> {
  try {
    switch (platform) {
      case 'linux':
        return await readPowerSupplies(POWER_SUPPLIES);
      case 'darwin':
        return parsePmset(await run('/usr/bin/pmset', ['-g', 'batt']));
      case 'win32': {
        const shell = join(
          process.env['SystemRoot'] ?? 'C:\\Windows',
          'System32/WindowsPowerShell/v1.0/powershell.exe',
        );
        const query = '(Get-CimInstance -ClassName Win32_Battery).BatteryStatus';
        return parseBatteryStatus(await run(shell, ['-NoProfile', '-NonInteractive', '-Command', query]));
      }
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}

/** @param folder with a folder for each power supply; those of mice and the like do not count */
export async function readPowerSupplies(folder: string): Promise<boolean | undefined> {
  const supplies = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const value = async (file: string) => (await readFile(join(folder, name, file), 'utf8').catch(() => '')).trim();
      return {
        type: await value('type'),
        online: await value('online'),
        status: await value('status'),
        scope: await value('scope'),
      };
    }),
  );
  const own = supplies.filter(({ scope }) => scope !== 'Device');
  if (own.some(({ type, online }) => type !== 'Battery' && online === '1')) return false;
  const batteries = own.filter(({ type }) => type === 'Battery');
  if (batteries.length === 0) return undefined;
  return batteries.some(({ status }) => status === 'Discharging');
}

/** @param output of `pmset -g batt` */
export function parsePmset(output: string): boolean | undefined {
  const source = /drawing from '([^']*)'/.exec(output)?.[1];
  return source === undefined ? undefined : source === 'Battery Power';
}

/** @param output `Win32_Battery.BatteryStatus` of each battery, a line each: 1 and 4, 5 when low, are discharging */
export function parseBatteryStatus(output: string): boolean | undefined {
  const states = output.split(/\s+/).filter((word) => /^\d+$/.test(word));
  return states.length === 0 ? undefined : states.some((state) => ['1', '4', '5'].includes(state));
}

function run(file: string, options: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, options, { timeout: TIMEOUT_MILLISECONDS, windowsHide: true }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });
}
