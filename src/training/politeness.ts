import { constants, setPriority } from 'node:os';
import { setTimeout } from 'node:timers/promises';

/** Rests are so long, compared with the work before them. */
const SHARE_OF_RESTS = 0.1;

/**
 * Lets whoever types come first, from the thread it is called on, before any session of onnxruntime is created there.
 *
 * Linux gives each thread a priority, and onnxruntime's threads inherit this one's. Elsewhere the priority is the whole
 * process's, which is the editor's extension host: there training uses fewer threads and rests between calls.
 *
 * @param platform as `process.platform` names it
 * @returns waits after so many seconds of computing; undefined where there is no need to
 */
export function politeness(platform: NodeJS.Platform): ((seconds: number) => Promise<void>) | undefined {
  if (platform !== 'linux') return (seconds) => setTimeout(seconds * 1000 * SHARE_OF_RESTS);
  setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
  return undefined;
}
