import { RestartableTask } from '../../base/async/restartableTask.ts';
import type { GiveWay } from '../../base/pace.ts';
import type { OpenText, WorkspaceRequest } from '../../protocol/workspace.ts';
import type { Predictor } from '../predictor.ts';
import { WorkspaceIndex } from '../workspace/workspaceIndex.ts';
import { fits, type InspectorOf, ModelLease } from './modelLease.ts';

/**
 * Network and index of a workspace, and the lease on what suggests with them. They come and go at any time, in any order.
 * The workspace is indexed anew when a network comes that knows other characters; until then the network suggests alone.
 */
export class ModelHost<Network extends Predictor> {
  readonly #inspectorOf: InspectorOf<Network> | undefined;
  readonly #giveWay: GiveWay;
  #network: Network | undefined;
  #lease: ModelLease<Network> | undefined;
  #request: WorkspaceRequest | undefined;
  #index: WorkspaceIndex | undefined;
  /** What stands in editors, by path. */
  readonly #open = new Map<string, OpenText>();
  /** Indexes what is wanted, unless it is indexed, and lets it be used. */
  readonly #indexing = new RestartableTask();

  /** @param way lets in what goes before indexing and training */
  constructor(inspectorOf: InspectorOf<Network> | undefined, way: GiveWay) {
    this.#inspectorOf = inspectorOf;
    this.#giveWay = way;
  }

  get lease(): ModelLease<Network> | undefined {
    return this.#lease;
  }

  get index(): WorkspaceIndex | undefined {
    return this.#index;
  }

  /** Lets a network suggest from now on; undefined: none. It is disposed of when it is used no more. */
  async setNetwork(network: Network | undefined): Promise<void> {
    this.#network = network;
    if (network === undefined) this.#forgetIndex();
    const index =
      network !== undefined && this.#index && fits(this.#index, network.vocabulary) ? this.#index : undefined;
    await this.#replaceLease(network === undefined ? undefined : this.#leaseOf(network, index));
    void this.#indexWorkspace().catch(() => {});
  }

  /**
   * Indexes the workspace; undefined: forgets it. It answers when the index is used.
   *
   * @throws UserFacingError when a folder cannot be read
   */
  async setWorkspace(request: WorkspaceRequest | undefined): Promise<void> {
    this.#request = request;
    this.#forgetIndex();
    if (request === undefined) this.#open.clear();
    // What was indexed may be excluded now.
    if (this.#network === undefined) await this.#replaceLease(undefined);
    else if (this.#lease !== undefined) this.#lease.index = undefined;
    await this.#indexWorkspace();
  }

  /** What stands in an editor has changed. */
  async edit(text: OpenText): Promise<void> {
    if (this.#request === undefined) return;
    this.#open.set(text.path, text);
    await this.#index?.set(text);
  }

  async close(path: string): Promise<void> {
    if (this.#open.delete(path)) await this.#index?.close(path);
  }

  async dispose(): Promise<void> {
    this.#request = undefined;
    this.#forgetIndex();
    await this.#indexing.dispose();
    await this.#replaceLease(undefined);
  }

  #indexWorkspace(): Promise<void> {
    return this.#indexing.restart((signal) => this.#indexNow(signal));
  }

  async #indexNow(signal: AbortSignal): Promise<void> {
    const request = this.#request;
    if (request === undefined) return;
    const network = this.#network;
    const isThere = this.#index?.request === request && fits(this.#index, network?.vocabulary);
    if (!isThere) {
      const index = await WorkspaceIndex.read(request, signal, network?.vocabulary, this.#giveWay);
      signal.throwIfAborted();
      if (network !== this.#network) return this.#indexNow(signal);
      this.#index = index;
      for (const text of this.#open.values()) void index.set(text).catch(() => {});
    }
    const index = this.#index!;
    if (network === undefined) await this.#replaceLease(this.#leaseOf(undefined, index));
    else {
      this.#lease!.index = index;
      this.#joinIndex();
    }
    void index.trainMixer(signal).catch(() => {});
  }

  #leaseOf(network: Network | undefined, index: WorkspaceIndex | undefined): ModelLease<Network> {
    return new ModelLease(network, index, this.#inspectorOf);
  }

  async #replaceLease(lease: ModelLease<Network> | undefined): Promise<void> {
    const previous = this.#lease;
    this.#lease = lease;
    this.#joinIndex();
    await previous?.retire();
  }

  /** Of what is still in its turns, nothing is learnt with a model that may be disposed of by then. */
  #forgetIndex(): void {
    this.#index?.join(undefined);
    this.#index = undefined;
  }

  /** Trains the mixer that is used on what is typed. */
  #joinIndex(): void {
    const lease = this.#lease;
    const isUsed = lease !== undefined && lease.index === this.#index;
    this.#index?.join(isUsed ? (work) => lease.use(({ mixture }) => work(mixture)) : undefined);
  }
}
