/** What a device must offer to run passes: memory, a program, submission. WebGPU and Metal implement it. */
import type { ActorProgram } from '../../kernel/ir.ts';
import type { Views } from '../../message/codec.ts';

/** One kind of actor: the case of the program's switch that serves it. */
export interface PassKind {
  readonly index: number;
  readonly program: ActorProgram;
  /** Per handler: batches may be handled by many invocations at once, in any order. */
  readonly parallel: readonly boolean[];
}

/** Where in the user's source a fault site of the compiled program lies. */
export interface FaultSite {
  readonly kind: number;
  readonly source: number;
  readonly start: number;
  readonly end: number;
}

export interface PassProgram {
  /** Generated code. */
  readonly source: string;
  /** By `PassFault.site`. */
  readonly sites: readonly FaultSite[];
}

export interface PassWrite {
  /** Bytes from the start of `mem`; a multiple of 4, as is `bytes`. */
  readonly offset: number;
  readonly data: Uint8Array;
  /** How many of `data`, from its first. */
  readonly bytes: number;
}

export interface PassCopy {
  readonly block: PassBlock;
  readonly offset: number;
  readonly bytes: number;
}

export type PassBlock = 'mem' | 'sync';

export interface Pass {
  /** Which of the `depth` flights this is. */
  readonly flight: number;
  /** Word address of the frame. */
  readonly frame: number;
  /** Done in order before the dispatches. */
  readonly writes: readonly PassWrite[];
  /** Sets the counters at the start of `sync` to zero before the dispatches. */
  readonly resetSync: boolean;
  /** Invocations of the entry that serves rows; 0: none. */
  readonly actors: number;
  /** Batches handled in parallel, and the messages of the largest of them; 0: none. */
  readonly batches: number;
  readonly batchCount: number;
  /** Read back after the dispatches, one behind the other in `PassOutput.views`. */
  readonly copies: readonly PassCopy[];
}

export interface PassOutput {
  readonly views: Views;
  /** Byte offset of each copy in `views`; multiples of 8. */
  readonly offsets: readonly number[];
  /** Views are dead afterwards; the flight may be used again. */
  release(): void;
}

export interface PassDriver {
  readonly backend: string;
  /** Passes that may be under way at once. */
  readonly depth: number;
  /** True: writes of a later pass may not touch the memory of an earlier one, so every flight has a frame of its own. */
  readonly framePerFlight: boolean;
  /** Largest `mem`, bytes. */
  readonly maxBytes: number;
  /** Compiles the program that serves these kinds; later passes use it. */
  compile(kinds: readonly PassKind[]): Promise<PassProgram>;
  /** Grows a block, keeping its content; new memory is zero. Called between passes. */
  resize(block: PassBlock, bytes: number): Promise<void>;
  /** Host to device, between passes. */
  write(block: PassBlock, offset: number, data: Uint8Array): void;
  /** Device to host, between passes. */
  read(block: PassBlock, offset: number, bytes: number): Promise<Uint8Array>;
  /** Rejects when the device is lost or refuses. */
  submit(pass: Pass): Promise<PassOutput>;
  /** Resolves, once, if the device is lost while in use. */
  readonly lost: Promise<Error>;
  readonly memory: { readonly host: number; readonly device: number };
  close(): Promise<void>;
}
