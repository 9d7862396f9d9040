import type { AnyMessage } from './types.ts';

/** What the host does with a kernel, as observers see it. */
export interface Operation {
  readonly kind: 'call' | 'callBatch' | 'send';
  readonly kernel: string;
  readonly message: AnyMessage;
  /** Messages it stands for. */
  readonly count: number;
}

/** Told when the operation is over; `error` is undefined when it went well. */
export type OperationEnd = (error?: unknown) => void;

/** Watches what the host asks of kernels; for measuring and tracing. It must not throw. */
export interface Observer {
  /** Called before anything is sent. Null: not interested. */
  begin(operation: Operation): OperationEnd | null;
}

/** The observers of one ring. Costs one comparison per operation while there are none. */
export class Observers {
  readonly #observers = new Set<Observer>();
  active = false;

  add(observer: Observer): Disposable {
    const own: Observer = { begin: (operation) => observer.begin(operation) };
    this.#observers.add(own);
    this.active = true;
    return {
      [Symbol.dispose]: () => {
        this.#observers.delete(own);
        this.active = this.#observers.size > 0;
      },
    };
  }

  /** Runs `act` between its observers' begin and end; what it throws or rejects with is passed on. */
  async watch<T>(operation: Operation, act: () => Promise<T>): Promise<T> {
    const ends: OperationEnd[] = [];
    for (const observer of this.#observers) {
      const end = observer.begin(operation);
      if (end !== null) ends.push(end);
    }
    try {
      const result = await act();
      for (const end of ends) end();
      return result;
    } catch (error) {
      for (const end of ends) end(error);
      throw error;
    }
  }
}
