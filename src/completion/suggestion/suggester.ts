import type { CompletionRequest, ShownSuggestion } from '../../protocol/suggestions.ts';
import type { DocumentStates } from '../context/documentStates.ts';
import type { ExpertMixture, MixtureState } from '../mixing/expertMixture.ts';
import { type Continuation, search } from './beamSearch.ts';
import { ConditionedPredictor } from './conditioning.ts';
import { type Policy, searchPolicy } from './policy.ts';
import { mayCompleteBefore, postProcessed } from './postProcessing.ts';
import { withoutSecrets } from './redaction.ts';

/** Place in a document where a suggestion is wanted. */
export type SuggestionContext = Pick<CompletionRequest, 'path' | 'before' | 'after' | 'beginning' | 'typedPast'>;

/** Probability that a right suggestion is accepted, where nothing is known of whom it is shown to. */
const ACCEPTANCE_RATE = 0.5;

/**
 * Way from a place in a document to what is shown there, the only one: experts, mixer, conditioning on what was typed past,
 * beam search, redaction, post-processing.
 */
export class Suggester {
  readonly mixture: ExpertMixture;
  readonly #states: DocumentStates<MixtureState>;

  constructor(mixture: ExpertMixture, states: DocumentStates<MixtureState>) {
    this.mixture = mixture;
    this.#states = states;
  }

  /**
   * State before a cursor.
   *
   * @param document names the document
   * @throws the signal's reason when aborted; what was read until then is kept
   */
  async stateAt(document: string, path: string, before: string, signal?: AbortSignal): Promise<MixtureState> {
    return this.mixture.within(await this.#states.at(document, path, before, signal), path);
  }

  /**
   * Suggestions at a place, the best first; empty where nothing is worth showing.
   *
   * @param document names the document
   * @throws the signal's reason when aborted
   */
  async suggest(
    document: string,
    context: SuggestionContext,
    policy: Policy,
    signal?: AbortSignal,
  ): Promise<ShownSuggestion[]> {
    const { path, before, beginning = '' } = context;
    return this.suggestAt(await this.stateAt(document, path, before + beginning, signal), context, policy, signal);
  }

  /** As {@link suggest}, where the state behind `before` and `beginning` is known already. */
  async suggestAt(
    state: MixtureState,
    context: SuggestionContext,
    policy: Policy,
    signal?: AbortSignal,
  ): Promise<ShownSuggestion[]> {
    const { path, before, after, beginning = '' } = context;
    if (!mayCompleteBefore(after)) return [];
    const suggestions: ShownSuggestion[] = [];
    for (const { text, probability, characters } of await this.continuationsAt(state, context, policy, signal)) {
      const harmless = await withoutSecrets(before + beginning, text, path);
      const shown = harmless === '' ? undefined : postProcessed({ text: beginning + harmless, before, after });
      if (shown === undefined || shown.text.length <= beginning.length) continue;
      const length = [...shown.text].length - [...beginning].length;
      suggestions.push({ ...shown, probability, characters: characters.slice(0, length) });
    }
    return suggestions;
  }

  /** Continuations that the search finds worth showing, before they are redacted and fitted into the text around. */
  async continuationsAt(
    state: MixtureState,
    { typedPast = [] }: Pick<SuggestionContext, 'typedPast'>,
    policy: Policy,
    signal?: AbortSignal,
  ): Promise<Continuation[]> {
    const conditioned = new ConditionedPredictor(this.mixture, policy.acceptanceRate ?? ACCEPTANCE_RATE);
    const { outputs, probabilities } = this.mixture.predict(state);
    return search(
      conditioned,
      conditioned.at(state, typedPast, probabilities),
      searchPolicy(policy, outputs.size),
      signal,
    );
  }
}
