import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/dashboard/**/*.test.ts'],
    // One browser at a time: frames are timed.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
