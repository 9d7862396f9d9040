/** Device functions and raw functions by the callable that stands for them in `uses`. */
import type { AnyType } from '../../layout/types.ts';
import type { RawTarget } from '../ir.ts';
import type { AnyFunction } from '../syntax.ts';

export interface DeviceFunctionInfo {
  readonly id: string;
  readonly fn: AnyFunction;
  readonly params: { readonly [name: string]: AnyType };
  /** null: no value. */
  readonly result: AnyType | null;
  usesValue(): object;
  /** Bodies in the languages of targets. Such a function computes a value and has no memory. Default: none. */
  readonly raw?: { readonly [T in RawTarget]?: string };
}

const known = new WeakMap<object, DeviceFunctionInfo>();

export const registerDeviceFunction = (callable: object, info: DeviceFunctionInfo): void => { known.set(callable, info); };
export const deviceFunctionOf = (callable: object): DeviceFunctionInfo | undefined => known.get(callable);
