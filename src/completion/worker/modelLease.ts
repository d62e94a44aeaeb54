import { ReferenceCounter } from '../../base/async/referenceCounter.ts';
import type { Vocabulary } from '../../corpus/vocabulary.ts';
import { DocumentStates, type StatesAt } from '../context/documentStates.ts';
import type { ExpertRegistration, KnowledgeSources } from '../experts/registration.ts';
import type { Inspector } from '../inspection/inspector.ts';
import { createMixture } from '../mixing/createMixture.ts';
import type { ExpertMixture, MixtureState } from '../mixing/expertMixture.ts';
import type { Predictor } from '../predictor.ts';
import { Suggester } from '../suggestion/suggester.ts';
import type { WorkspaceIndex } from '../workspace/workspaceIndex.ts';

/** Makes what looks into a network, if that is possible. */
export type InspectorOf<Network> = (network: Network, states: StatesAt<unknown>) => Inspector | undefined;

/**
 * What suggestions are made of: a network, an index of the workspace, or both. It is used until another takes its place
 * and the last request that began with it is answered, and then disposed of.
 */
export class ModelLease<Network extends Predictor = Predictor> {
  readonly network: Network | undefined;
  readonly suggester: Suggester;
  readonly states: DocumentStates<MixtureState>;
  /** Looks inside, if that is possible. */
  readonly inspector: Inspector | undefined;
  #index: WorkspaceIndex | undefined;
  readonly #uses = new ReferenceCounter(() => this.mixture.dispose());

  /**
   * @param experts that are mixed; default: all
   * @throws RangeError when there is neither, or they do not speak of the same characters
   */
  constructor(
    network: Network | undefined,
    index: WorkspaceIndex | undefined,
    inspectorOf?: InspectorOf<Network>,
    experts?: readonly ExpertRegistration[],
  ) {
    const vocabulary = network?.vocabulary ?? index?.vocabulary;
    if (vocabulary === undefined) throw new RangeError('There is nothing to predict with.');
    this.network = network;
    this.index = index;
    const sources: KnowledgeSources = {
      vocabulary,
      network,
      workspaceCounts: () => this.#index?.counts,
      documentCache: (path) => this.#index?.cacheOf(path),
    };
    const mixture = createMixture(sources, experts);
    this.states = new DocumentStates(mixture);
    this.suggester = new Suggester(mixture, this.states);
    const networkStates: StatesAt<unknown> = {
      at: async (...place) => mixture.stateOf(await this.states.at(...place), 'lstm'),
    };
    this.inspector = network && inspectorOf?.(network, networkStates);
  }

  get mixture(): ExpertMixture {
    return this.suggester.mixture;
  }

  get index(): WorkspaceIndex | undefined {
    return this.#index;
  }

  /** Gives it another index of the workspace, or takes it away. */
  set index(index: WorkspaceIndex | undefined) {
    if (index !== undefined && !fits(index, this.network?.vocabulary)) {
      throw new RangeError('Network and index must have one vocabulary.');
    }
    this.#index = index;
  }

  /** @throws Error when it has been disposed of */
  use<T>(work: (lease: this) => Promise<T>): Promise<T> {
    return this.#uses.use(() => work(this));
  }

  /** It is not to be used any more. */
  retire(): Promise<void> {
    return this.#uses.retire();
  }
}

/** Whether an index speaks of the characters of a network, if there is one. */
export function fits(index: WorkspaceIndex, vocabulary: Vocabulary | undefined): boolean {
  return vocabulary === undefined || index.vocabulary.equals(vocabulary);
}
