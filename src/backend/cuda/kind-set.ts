/** The kinds of actors in use, and code that holds all of them. */
import { createHash } from 'node:crypto';
import type { ActorSpec } from '../../engine/contract.ts';
import type { ActorProgram } from '../../kernel/ir.ts';
import type { Device } from './device.ts';
import { normalise } from './cache.ts';
import { engineSource, kindSource, sampleKind } from './device/program.ts';
import { factsOf, type ProgramFacts } from './kinds.ts';

export interface Kind {
  readonly facts: ProgramFacts;
  /** Of the code it brings, once asked for. */
  digest?: string;
  /** Alive or being launched. */
  actors: number;
}

/** Compiled code and the kinds in it, by their number. */
export interface Image {
  readonly code: Buffer;
  readonly order: readonly Kind[];
}

const digestOf = (source: string): string => createHash('sha256').update(normalise(source)).digest('hex');
let ofEngine: string | undefined;
/** Of everything that is the same whatever the kinds are. */
const engineDigest = (): string => (ofEngine ??= digestOf(engineSource([sampleKind, sampleKind])));

export class KindSet {
  readonly #device: Device;
  readonly #kinds = new Map<string, Kind>();
  readonly #programs = new Map<ActorProgram, number>();
  /** Launches of the same kinds share one compilation. */
  #compiling: { readonly order: readonly Kind[]; readonly image: Promise<Image> } | null = null;

  constructor(device: Device) {
    this.#device = device;
  }

  of({ program, arithmetic }: ActorSpec): Kind {
    let number = this.#programs.get(program);
    if (number === undefined) this.#programs.set(program, number = this.#programs.size);
    const key = `${number} ${arithmetic}`;
    let kind = this.#kinds.get(key);
    if (kind === undefined) this.#kinds.set(key, kind = { facts: factsOf(program, this.#kinds.size, arithmetic === 'exact'), actors: 0 });
    return kind;
  }

  release(facts: ProgramFacts): void {
    for (const kind of this.#kinds.values()) if (kind.facts === facts) kind.actors--;
  }

  /** Code that holds at least this kind; null when what is loaded does. */
  async compiled(kind: Kind, loaded: () => readonly Kind[]): Promise<Image | null> {
    // Whatever else is asked for in this turn of the event loop is compiled with it.
    await Promise.resolve();
    if (loaded().includes(kind)) return null;
    const order = [...this.#kinds.values()].filter((k) => k.actors > 0);
    const last = this.#compiling;
    if (last !== null && last.order.length === order.length && order.every((k, i) => k === last.order[i])) return last.image;
    const { compiler, facts } = this.#device;
    // Known by what its kinds are made of: its text is put together only when it must be compiled.
    const identity = [engineDigest(), ...order.map((k) => k.digest ??= digestOf(kindSource(k.facts)))].join(' ');
    const image = compiler.compile({ identity, text: () => engineSource(order.map((k) => k.facts)) }, facts.architecture, `engine of ${order.map((k) => k.facts.program.id).join(', ')}`)
      .then((code) => ({ code, order }));
    const mine = this.#compiling = { order, image };
    image.catch(() => { if (this.#compiling === mine) this.#compiling = null; });
    return image;
  }
}
