import { Awaited } from './calls.ts';
import type { Termination } from './kernel-core.ts';

/** Waits for the end of a kernel. */
export class Ended extends Awaited {
  #termination: Termination | null = null;

  protected get result(): unknown {
    return this.#termination;
  }

  done(termination: Termination): void {
    this.#termination = termination;
    this.succeed();
  }
}

/** Waits until a condition that is looked at now and then holds. */
export class Emptied extends Awaited {
  readonly #holds: () => boolean;

  constructor(holds: () => boolean) {
    super();
    this.#holds = holds;
  }

  protected get result(): unknown {
    return undefined;
  }

  retry(): boolean {
    if (!this.settled && this.#holds()) this.succeed();
    return this.settled;
  }
}
