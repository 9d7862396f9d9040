import type { AnyMessage } from './types.ts';

/** What the host does with a kernel, as observers see it. */
export interface Operation {
  readonly kind: 'call' | 'callBatch' | 'send';
  readonly kernel: string;
  readonly message: AnyMessage;
  /** Messages it stands for. */
  readonly count: number;
}

/** One message by the clocks of host and device, microseconds since the epoch. */
export interface MessageTimes {
  /** When the host put it into the inbox, or found no room there. */
  readonly sent: number;
  /** The device's timestamp of its answer; engines read their clock every few microseconds. */
  readonly answered: number;
}

/** Told when the operation is over; `error` is undefined when it went well. `times` is known of calls that were answered. */
export type OperationEnd = (error?: unknown, times?: MessageTimes) => void;

/** Watches what the host asks of kernels; for measuring and tracing. It must not throw. */
export interface Observer {
  /** Called before anything is sent. Null: not interested. */
  begin(operation: Operation): OperationEnd | null;
}

/** Filled in on the way. */
export class TimedMessage {
  sent = 0;
  answered = 0;
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
  async watch<T>(operation: Operation, act: (timed: TimedMessage) => Promise<T>): Promise<T> {
    const timed = new TimedMessage();
    const ends: OperationEnd[] = [];
    for (const observer of this.#observers) {
      const end = observer.begin(operation);
      if (end !== null) ends.push(end);
    }
    try {
      const result = await act(timed);
      const times = timed.answered === 0 ? undefined : { sent: timed.sent, answered: Math.max(timed.sent, timed.answered) };
      for (const end of ends) end(undefined, times);
      return result;
    } catch (error) {
      for (const end of ends) end(error);
      throw error;
    }
  }
}
