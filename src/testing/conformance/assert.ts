import { RingKernelError, type ErrorCode } from '../../error/index.ts';

/** Text of a value for messages; knows bigints and typed arrays. */
export function show(value: unknown): string {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) value = [...(value as unknown as Iterable<unknown>)];
  const text = JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v)) ?? String(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

export function ok(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`does not hold: ${what}`);
}

/** Same value, by structure; NaN equals NaN. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  if (!same(actual, expected)) throw new Error(`${what}: got ${show(actual)}, expected ${show(expected)}`);
}

/** Equal within a relative error. */
export function close(actual: number, expected: number, relative: number, what: string): void {
  if (Object.is(actual, expected)) return;
  if (Math.abs(actual - expected) <= relative * Math.max(1e-30, Math.abs(expected))) return;
  throw new Error(`${what}: got ${actual}, expected ${expected} within ${relative}`);
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || (a === 0 && b === 0)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length
    && keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

/** Rejects with this code; gives the error. */
export async function rejects(promise: Promise<unknown>, code: ErrorCode, what: string): Promise<RingKernelError> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (error instanceof RingKernelError && error.code === code) return error;
    throw new Error(`${what}: rejected with ${String(error)}, expected ${code}`, { cause: error });
  }
  throw new Error(`${what}: resolved to ${show(value)}, expected ${code}`);
}

/** Waits until a condition holds, letting the program run in between; gives up after `ms`. */
export async function until(condition: () => boolean, what: string, ms = 30_000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
