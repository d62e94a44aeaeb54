import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { releaseNotes, sectionsOf } from '../../scripts/releaseNotes.ts';

const CHANGELOG = `# Changelog

## [Unreleased]

## [0.2.0] - 2026-02-01

### Added

- Something.

## [0.1.0] - 2026-01-01

### Fixed

- It.
`;

describe('the changelog', () => {
  it('has the form of Keep a Changelog', () => {
    const changelog = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
    const sections = sectionsOf(changelog);
    expect(sections[0]?.version).toBe('Unreleased');
    const kinds = sections.flatMap(({ text }) => [...text.matchAll(/^### (.*)$/gm)].map(([, kind]) => kind!));
    for (const kind of kinds) {
      expect(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']).toContain(kind);
    }
    for (const { text } of sections) expect(text).toMatch(/^(### |$)/);
  });

  it('tells what a version brings', () => {
    expect(releaseNotes('v0.2.0', '0.2.0', CHANGELOG)).toBe('### Added\n\n- Something.');
    expect(sectionsOf(CHANGELOG).map(({ version, date }) => [version, date])).toEqual([
      ['Unreleased', undefined],
      ['0.2.0', '2026-02-01'],
      ['0.1.0', '2026-01-01'],
    ]);
  });

  it('refuses a release that it does not know, or under another tag', () => {
    expect(() => releaseNotes('v0.3.0', '0.3.0', CHANGELOG)).toThrow('CHANGELOG.md says nothing of 0.3.0.');
    expect(() => releaseNotes('v0.2.0', '0.2.1', CHANGELOG)).toThrow('The tag is v0.2.0, but');
    expect(() => sectionsOf('## 0.1.0 (unreleased)')).toThrow('no version with its date');
    expect(() => sectionsOf('## [0.1.0]')).toThrow('no version with its date');
  });
});
