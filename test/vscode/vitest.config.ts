import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { VERSIONS } from '../../scripts/setupVscode.ts';

/** Files that take longest, which begin, so that both workers end together. */
const LONGEST = ['river', 'dashboard', 'savings', 'trouble', 'engines', 'team'];
/**
 * For which the newest VS Code will do: what they look at is Inkling's own, and what of VS Code it goes through is met in
 * the others in both. Some open an older one by themselves.
 */
const IN_NEWEST = [
  'trouble',
  'engines',
  'soak',
  'chinese',
  'memory',
  'folders',
  'runs',
  'universal',
  'isolation',
  'savings',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.indexOf(basename(moduleId, '.test.ts'));
      return index < 0 ? LONGEST.length : index;
    };
    return files.toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    globalSetup: 'test/vscode/globalSetup.ts',
    // Of both projects together: each waits for its VS Code more than half of the time.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: VERSIONS.map((version) => ({
      test: {
        name: version.vscode,
        provide: { vscode: version.vscode },
        include: ['test/vscode/**/*.test.ts'],
        exclude: version === VERSIONS[0] ? [] : IN_NEWEST.map((name) => `test/vscode/${name}.test.ts`),
        bail: 1, // what fails first says most
        testTimeout: 180_000,
        hookTimeout: 300_000,
      },
    })),
  },
});
