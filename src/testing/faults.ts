/** Failures on demand: wraps an object so that chosen calls of its methods fail. */

type Methods<T> = { [K in keyof T]: T[K] extends (...args: never[]) => unknown ? K : never }[keyof T];

export interface Fault<T> {
  readonly method: Methods<T>;
  /** Which call fails, counted from 1; `every` third, and so on. Default: all. */
  readonly call?: number | { readonly every: number };
  /** Thrown, or what the returned promise rejects with when the method is asynchronous (`async: true`). */
  readonly error: unknown;
  readonly async?: boolean;
  /** Runs the real method first and fails then: the work is done, the answer is lost. Default false. */
  readonly late?: boolean;
}

export interface Injected<T> {
  readonly target: T;
  /** Calls made of each method. */
  readonly calls: ReadonlyMap<keyof T, number>;
  /** Faults that have struck. */
  readonly struck: number;
}

/** The object with faults in its methods; everything else goes through to it. */
export function injectFaults<T extends object>(object: T, faults: readonly Fault<T>[]): Injected<T> {
  const calls = new Map<keyof T, number>();
  let struck = 0;
  const target = new Proxy(object, {
    get(real, key, receiver) {
      const value: unknown = Reflect.get(real, key, real);
      if (typeof value !== 'function') return value;
      return function (this: unknown, ...args: unknown[]): unknown {
        const call = (calls.get(key as keyof T) ?? 0) + 1;
        calls.set(key as keyof T, call);
        const run = (): unknown => Reflect.apply(value, this === receiver ? real : this, args);
        const fault = faults.find((f) => f.method === key && strikes(f, call));
        if (fault === undefined) return run();
        struck++;
        if (fault.async === true) {
          return (fault.late === true ? Promise.resolve(run()) : Promise.resolve()).then(() => { throw fault.error; });
        }
        if (fault.late === true) run();
        throw fault.error;
      };
    },
  });
  return { target, calls, get struck() { return struck; } };
}

function strikes<T>({ call }: Fault<T>, number: number): boolean {
  if (call === undefined) return true;
  return typeof call === 'number' ? number === call : number % call.every === 0;
}
