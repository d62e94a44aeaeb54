import type { Command } from 'commander';
import { measureDevices } from '../training/engines/devices.ts';
import { findCandidates } from '../training/engines/engines.ts';
import { defaultThreads, numberWithin, threadsRule } from './arguments.ts';
import { tensorflowFolders } from './engines.ts';
import { compact, printJson, printLine } from './output.ts';

interface Flags {
  readonly threads: number;
  readonly json?: boolean;
}

export function addDevicesCommand(program: Command): void {
  program
    .command('devices')
    .description('Find what this machine can train with, check it, and time it for a second each.')
    .option('--threads <n>', 'processor threads', numberWithin(threadsRule), defaultThreads())
    .option('--json', 'one JSON object per line on standard output')
    .action(runDevices);
}

async function runDevices({ threads, json }: Flags): Promise<void> {
  const candidates = findCandidates(tensorflowFolders(), threads);
  const reports = await measureDevices(candidates, threads);
  if (json) {
    for (const report of reports) printJson({ type: 'device', threads, ...report });
    return;
  }
  for (const { engine, device, title, speeds, problem } of reports) {
    const timed = Object.entries(speeds).map(([hidden, speed]) => `1 × ${hidden}: ${compact(speed)} char/s`);
    printLine(`${engine.padEnd(11)} ${device}  ${title.padEnd(32)} ${problem ?? timed.join(', ')}`);
  }
  if (!candidates.some(({ engine }) => engine === 'tensorflow')) {
    printLine('tensorflow  –    not found; INKLING_TENSORFLOW may name a folder with tfjs-node (see the README)');
  }
}
