import { fail } from '../error/index.ts';

/** Where a kernel is in its life. */
export type KernelState = 'created' | 'launched' | 'active' | 'deactivated' | 'terminating' | 'terminated';

/** Every legal step; a launch that fails goes from `created` to `terminated`. */
const steps: Readonly<Record<KernelState, readonly KernelState[]>> = {
  created: ['launched', 'terminated'],
  launched: ['active', 'terminating'],
  active: ['deactivated', 'terminating'],
  deactivated: ['active', 'terminating'],
  terminating: ['terminated'],
  terminated: [],
};

export const canStep = (from: KernelState, to: KernelState): boolean => steps[from].includes(to);

/** The state of one kernel, which only moves along legal steps. */
export class Lifecycle {
  readonly #kernel: string;
  #state: KernelState = 'created';

  constructor(kernel: string) {
    this.#kernel = kernel;
  }

  get state(): KernelState {
    return this.#state;
  }

  /** Throws `InvalidStateTransition`, and changes nothing, where the step is not legal. */
  check(to: KernelState): void {
    if (!canStep(this.#state, to)) throw fail('InvalidStateTransition', { kernel: this.#kernel, from: this.#state, to });
  }

  step(to: KernelState): void {
    this.check(to);
    this.#state = to;
  }

  get finished(): boolean {
    return this.#state === 'terminating' || this.#state === 'terminated';
  }
}
