/**
 * Prints what CHANGELOG.md says of the version that a tag names, and refuses a tag that is not of the manifest's version.
 *
 *     node scripts/releaseNotes.ts v0.1.0
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const HEADING = /^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d))?$/;

/** A version's part of a changelog in the form of Keep a Changelog. */
export interface Section {
  /** Or `Unreleased`. */
  readonly version: string;
  /** ISO 8601; undefined: not released yet. */
  readonly date: string | undefined;
  readonly text: string;
}

/** @throws Error at a heading that has another form */
export function sectionsOf(changelog: string): Section[] {
  return changelog
    .split(/^(?=## )/m)
    .filter((part) => part.startsWith('## '))
    .map((part) => {
      const [heading = '', ...lines] = part.split('\n');
      const [, version, date] = HEADING.exec(heading) ?? [];
      if (version === undefined || (date === undefined) !== (version === 'Unreleased'))
        throw new Error(`CHANGELOG.md has the heading "${heading}", which is no version with its date.`);
      return { version, date, text: lines.join('\n').trim() };
    });
}

/** @throws Error when there is nothing to be released under this tag */
export function releaseNotes(tag: string, version: string, changelog: string): string {
  if (tag !== `v${version}`) throw new Error(`The tag is ${tag}, but package.json has version ${version}.`);
  const section = sectionsOf(changelog).find((one) => one.version === version);
  if (section === undefined || section.text === '') throw new Error(`CHANGELOG.md says nothing of ${version}.`);
  return section.text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  try {
    console.log(releaseNotes(process.argv[2] ?? '', version, readFileSync(join(root, 'CHANGELOG.md'), 'utf8')));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
