import { defineConfig } from 'vitest/config';

const FRAMES = 'test/dashboard/frames.test.ts';
const limits = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...limits, name: 'page', include: ['test/dashboard/**/*.test.ts'], exclude: [FRAMES] } },
      // Frames are timed: when the others have ended, with one browser alone.
      { test: { ...limits, name: 'frames', include: [FRAMES], fileParallelism: false } },
    ],
  },
});
