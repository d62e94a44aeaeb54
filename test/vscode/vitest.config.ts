import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/vscode/**/*.test.ts'],
    globalSetup: 'test/vscode/globalSetup.ts',
    // Each waits for its VS Code more than half of the time. What fails first says most.
    maxWorkers: 2,
    bail: 1,
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
});
