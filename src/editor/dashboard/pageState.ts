import { writtenBy } from '../../lstm/cardText.ts';
import type { RunningState, ServingModel, State } from '../../protocol/page.ts';
import { describeOrigin, type ModelState } from '../models/models.ts';
import { trainingOptions } from '../settings/settings.ts';
import type { AppState } from '../state/appState.ts';
import type { Presentation } from '../state/present.ts';

/** What the page of the dashboard draws of a state. */
export function pageState(
  { training, failure, model, modelProblem }: AppState,
  { phase, sentence, commands }: Presentation,
  { running, surprisalShown }: { readonly running: RunningState | undefined; readonly surprisalShown: boolean },
): State {
  const said = failure ?? sentence;
  return {
    phase,
    sentence: `${said.charAt(0).toUpperCase()}${said.slice(1)}`,
    isWarning: modelProblem !== undefined && failure === undefined && training.type === 'idle',
    commands,
    options: trainingOptions(),
    ...(running === undefined ? {} : { run: running }),
    ...(model.type === 'ready' ? { model: pageModel(model) } : {}),
    surprisalShown,
  };
}

function pageModel({ card, origin }: Extract<ModelState, { type: 'ready' }>): ServingModel {
  const { hyperparameters, training, corpus, vocabulary, heldOutBitsPerCharacter } = card;
  return {
    bits: heldOutBitsPerCharacter,
    hidden: hyperparameters.hidden,
    layers: hyperparameters.layers,
    date: training.date,
    origin: describeOrigin(origin),
    characters: corpus.trainCharacters,
    vocabulary: vocabulary.length,
    engine: `${training.engine} · ${training.device}`,
    writtenBy: writtenBy(card),
  };
}
