import type { Calls, Functions } from '../base/rpcMessage.ts';
import { INSPECTION_CALLS } from './inspection.ts';
import { MODEL_CALLS } from './models.ts';
import { SUGGESTION_CALLS } from './suggestions.ts';
import { WORKSPACE_CALLS } from './workspace.ts';

/** What the completion worker does for the extension host. */
export const COMPLETION_CALLS = {
  ...MODEL_CALLS,
  ...WORKSPACE_CALLS,
  ...SUGGESTION_CALLS,
  ...INSPECTION_CALLS,
} as const satisfies Calls;
export type CompletionService = Functions<typeof COMPLETION_CALLS>;
