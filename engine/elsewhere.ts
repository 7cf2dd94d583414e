import type { OwnCheckout } from './checkout.ts';
import type { Digest } from './digest.ts';
import { type Artifact, artifactsOf, type Stage } from './graph.ts';
import type { MadeBy, Outputs } from './recipe.ts';
import type { SharedStore } from './shared-store.ts';

/** Brings objects from a shared store, each at most once a run. */
export class Elsewhere {
  readonly #checkout: OwnCheckout;
  readonly #shared: SharedStore;
  /** By the digest of each object that was asked for, whether it was brought. */
  readonly #brought = new Map<Digest, Promise<boolean>>();

  constructor(checkout: OwnCheckout, shared: SharedStore) {
    this.#checkout = checkout;
    this.#shared = shared;
  }

  /** Brings all outputs of a stage. @returns whether they are here. */
  async bringOutputs(stage: Stage, outputs: Outputs): Promise<boolean> {
    const all = Object.entries(outputs).map(([output, digest]) => this.#bring(`${stage.name}#${output}`, digest));
    return (await Promise.all(all)).every(Boolean);
  }

  /** Brings all that a stage reads. @returns the artifacts that are not to be had. */
  async bringInputs(stage: Stage, madeBy: MadeBy): Promise<Artifact[]> {
    const artifacts = stage.wires.flatMap(artifactsOf);
    const isHere = async ({ stage: upstream, output, name }: Artifact) => {
      const digest = madeBy(upstream)?.outputs[output];
      return digest !== undefined && this.#bring(name, digest);
    };
    const here = await Promise.all(artifacts.map(isHere));
    return artifacts.filter((_, index) => !here[index]);
  }

  async #bring(artifact: string, digest: Digest): Promise<boolean> {
    const pending = this.#brought.get(digest) ?? this.#bringNow(artifact, digest);
    this.#brought.set(digest, pending);
    // Where it was not to be had, a stage may have made it meanwhile.
    return (await pending) || this.#checkout.store.stateOf(digest) === 'whole';
  }

  async #bringNow(artifact: string, digest: Digest): Promise<boolean> {
    const { store, groupCommit } = this.#checkout;
    if (store.stateOf(digest) === 'whole') return true;
    const contents = await this.#shared.contentsOf(artifact, digest);
    if (contents === undefined) return false;
    store.setAsideDamaged(digest, artifact);
    store.add(contents);
    await groupCommit.commit();
    return true;
  }
}
