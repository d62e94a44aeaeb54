import type { CorpusReport } from '../corpus/corpus.ts';
import { describeExclusions } from '../corpus/exclusions.ts';

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: object): void {
  printLine(JSON.stringify(value));
}

/** Tells on standard error what could not be used, and what was done instead, where standard output is for a result. */
export function printNotice(sentence: string): void {
  process.stderr.write(`inkling: ${sentence}\n`);
}

/** Count in few digits: 35 200 → "35 k", 812 → "812". */
export function compact(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  if (count >= 1e4) return `${Math.round(count / 1e3)} k`;
  return Math.round(count).toLocaleString('en');
}

/** Count with its noun: "1 thread", "2 threads" */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** Seconds as minutes and seconds: 130 → "2:10" */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

const BAR_WIDTH = 24;

export function bar(fraction: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_WIDTH);
  return '━'.repeat(filled) + '┄'.repeat(BAR_WIDTH - filled);
}

/** Sentences on what was read and what was not. */
export function describeReport(report: CorpusReport): string {
  const lines = [`Read ${report.files.toLocaleString('en')} files, ${compact(report.characters)} characters.`];
  const excluded = describeExclusions(report.excluded);
  if (excluded !== '') lines.push(`Left out: ${excluded}.`);
  lines.push(...report.notices);
  const secrets = Object.entries(report.scrubbed).map(([rule, count]) => `${count} ${rule}`);
  if (secrets.length > 0) lines.push(`Secrets replaced: ${secrets.join(', ')}.`);
  return lines.join('\n');
}
