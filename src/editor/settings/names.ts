/** Names that the manifest has too; a test compares them. */

/** Commands for people. */
export const COMMANDS = [
  'inkling.train',
  'inkling.continueTraining',
  'inkling.pauseTraining',
  'inkling.resumeTraining',
  'inkling.stopTraining',
  'inkling.toggleCompletions',
  'inkling.showDashboard',
  'inkling.toggleSurprise',
  'inkling.exportModel',
  'inkling.importModel',
  'inkling.forget',
  'inkling.replay',
  'inkling.installTensorflow',
  'inkling.showLog',
] as const;

export type Command = (typeof COMMANDS)[number];

/** What the enablement of commands and the steps of the walkthrough depend on. */
export const CONTEXT_KEYS = [
  'inkling.training',
  'inkling.paused',
  'inkling.hasModel',
  'inkling.hasOwnModel',
  'inkling.hasRuns',
  'inkling.hasSavings',
  'inkling.accepted',
] as const;

export type ContextKey = (typeof CONTEXT_KEYS)[number];

/** The type of the dashboard's panel. */
export const DASHBOARD = 'inkling.dashboard';
