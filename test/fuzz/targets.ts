import type { Target } from './target.ts';
import { checkpoints, resumed } from './targets/checkpoints.ts';
import { fromPage, fromReplay, fromTraining, toCompletion, toReplay, toTraining } from './targets/messages.ts';
import { models } from './targets/models.ts';
import { rules, trees } from './targets/scans.ts';
import { anySettings } from './targets/settings.ts';
import { STORED } from './targets/stored.ts';

export const TARGETS: readonly Target[] = [
  models,
  checkpoints,
  resumed,
  fromPage,
  toCompletion,
  toTraining,
  fromTraining,
  toReplay,
  fromReplay,
  ...STORED,
  anySettings,
  rules,
  trees,
];
