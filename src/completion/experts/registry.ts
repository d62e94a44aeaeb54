import { DOCUMENT_EXPERT } from './documentExpert.ts';
import { LSTM_EXPERT } from './lstmExpert.ts';
import type { ExpertRegistration } from './registration.ts';
import { WORDS_EXPERT } from './wordsExpert.ts';
import { WORKSPACE_EXPERT } from './workspaceExpert.ts';

/** All experts, in the order in which they predict: each may use the outputs of those before it. */
export const EXPERTS: readonly ExpertRegistration[] = [LSTM_EXPERT, WORKSPACE_EXPERT, DOCUMENT_EXPERT, WORDS_EXPERT];
