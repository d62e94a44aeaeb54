import type { Phase } from '../../protocol/page.ts';

/** Phases of a run that has not ended. */
export const UNDER_WAY: ReadonlySet<Phase> = new Set(['training', 'measuring', 'ending', 'paused']);

/** Phases in which there may be nothing to look at yet. */
export const WELCOMING: ReadonlySet<Phase> = new Set(['restricted', 'no-folder', 'unsupported', 'empty']);
