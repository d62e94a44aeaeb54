import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/vscode/**/*.test.ts'],
    // One VS Code at a time, and what fails first says most.
    fileParallelism: false,
    bail: 1,
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
});
