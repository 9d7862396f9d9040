/** What the functions of one program share while it is put together. */
import type { ConstantBuffer, Format, Func, Port, SharedArray, SourceText } from '../ir.ts';
import type { KernelDiagnostic } from '../diagnostics.ts';
import type { ParsedFunction } from '../syntax.ts';
import { scalarOf, type Struct, type Type } from './types.ts';
import type { ScalarName, Scalar } from '../../layout/types.ts';
import type { ArrayHandle } from './value.ts';

export type Flavor = 'actor' | 'global' | 'function';

/** A compiled function with what it found and what it calls; dropped again if nothing calls it in the end. */
export interface CompiledFunction {
  readonly func: Func;
  readonly diagnostics: readonly KernelDiagnostic[];
  /** For results made of literals only. */
  readonly flexible: boolean;
  /** Parameters as decided, which a literal argument follows. */
  readonly params: readonly Type[];
}

const elements: readonly (readonly [new (...args: never[]) => ArrayBufferView, ScalarName])[] = [
  [Float32Array, 'f32'], [Float64Array, 'f64'], [Int32Array, 'i32'], [Uint32Array, 'u32'], [BigInt64Array, 'i64'], [BigUint64Array, 'u64'],
];

/** Element type of a typed array; null for the ones the language has no scalar for. */
export function elementOf(view: ArrayBufferView): Scalar | null {
  for (const [type, name] of elements) if (view instanceof type) return scalarOf[name];
  return null;
}
export const typedArrays: ReadonlyMap<string, ScalarName> = new Map(elements.map(([type, name]) => [type.name, name]));

export class Assembly {
  readonly id: string;
  readonly flavor: Flavor;
  readonly state: Struct | null;
  readonly ports: ReadonlyMap<string, Port>;
  readonly uses: object;
  /** Names that a context or a parameter list adds. */
  readonly params: ReadonlyMap<string, ArrayHandle | { readonly kind: 'scalar'; readonly type: Type }>;
  readonly sources: SourceText[] = [];
  readonly formats: Format[] = [];
  readonly shared: SharedArray[] = [];
  readonly compiled = new Map<string, CompiledFunction>();
  /** Functions being compiled, outermost first: finds recursion. */
  readonly compiling: unknown[] = [];
  private readonly sourceOf = new Map<unknown, number>();
  private readonly constants = new Map<ArrayBufferView, ConstantBuffer>();
  private readonly sharedAt = new Map<string, SharedArray>();
  private readonly identities = new Map<unknown, number>();
  private readonly names = new Set<string>();

  constructor(id: string, flavor: Flavor, state: Struct | null, ports: readonly Port[], uses: object, params: Assembly['params'] = new Map()) {
    this.id = id;
    this.flavor = flavor;
    this.state = state;
    this.ports = new Map(ports.map((p) => [p.name, p]));
    this.uses = uses;
    this.params = params;
  }

  sourceIndex(parsed: ParsedFunction): number {
    let index = this.sourceOf.get(parsed.fn);
    if (index === undefined) {
      index = this.sources.push({ text: parsed.text, fn: parsed.fn }) - 1;
      this.sourceOf.set(parsed.fn, index);
    }
    return index;
  }

  /** A small number for an object, to build keys with. */
  identity(object: unknown): number {
    let id = this.identities.get(object);
    if (id === undefined) this.identities.set(object, (id = this.identities.size));
    return id;
  }

  /** An identifier that is legal on every target and not used yet. */
  uniqueName(wish: string): string {
    const base = wish.replace(/\W+/g, '_').replace(/^(?=\d)|^$/, '_');
    let name = base;
    for (let k = 2; this.names.has(name); k++) name = `${base}_${k}`;
    this.names.add(name);
    return name;
  }

  constantBuffer(view: ArrayBufferView, path: string): ConstantBuffer | null {
    let found = this.constants.get(view);
    if (found === undefined) {
      const elem = elementOf(view);
      if (elem === null) return null;
      // A copy: later changes of the user's array must not reach a compiled program.
      const data = (view as unknown as { slice(): ArrayBufferView }).slice();
      found = { name: this.uniqueName(path), elem, data, length: data.byteLength / elem.size };
      this.constants.set(view, found);
    }
    return found;
  }

  /** Shared memory declared at one place of the text; asked again in each lowering of it. */
  sharedArray(key: string, name: string, elem: Scalar, length: number): SharedArray {
    let found = this.sharedAt.get(key);
    if (found === undefined) {
      found = { name: this.uniqueName(name), elem, length };
      this.sharedAt.set(key, found);
    }
    return found;
  }

  format(kind: Format['kind'], text: string): number {
    const at = this.formats.findIndex((f) => f.kind === kind && f.text === text);
    return at >= 0 ? at : this.formats.push({ kind, text }) - 1;
  }
}
