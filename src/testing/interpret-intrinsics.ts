/** Intrinsics as the interpreter answers them: by the meaning of their name where that is plain, else by their JavaScript spelling. */
import { f32Bits, f32FromBits } from '../layout/half.ts';
import type { AnyType, ScalarName } from '../layout/types.ts';
import { mathImports } from '../kernel/emit/wasm/math-imports.ts';
import { intrinsics, spelling } from '../kernel/intrinsics/table.ts';
import type { Expr } from '../kernel/ir.ts';
import { laneCount, type LaneOp, type LaneRequest } from '../kernel/lanes.ts';
import { binary, fit, type ScalarLike } from '../kernel/arithmetic.ts';
import type { Value } from './interpret-values.ts';

type Triple = readonly [number, number, number];

/** Which thread of a global kernel this is. */
export interface WorkItem {
  readonly local: Triple;
  readonly group: Triple;
  readonly workgroup: Triple;
  readonly grid: Triple;
}

/** Access to the operands that are places. `extent` axis null: the number of elements. */
export interface Places {
  load(i: number): Value;
  store(i: number, value: Value): void;
  extent(i: number, axis: number | null): number;
}

const linear = ([x, y, z]: Triple, [dx, dy]: Triple): number => x + dx * (y + dy * z);

const axes = { x: 0, y: 1, z: 2 } as const;

const positions: Readonly<Record<string, (i: WorkItem, axis: number) => number>> = {
  thread: (i, a) => i.local[a]!,
  local: (i, a) => i.local[a]!,
  block: (i, a) => i.group[a]!,
  group: (i, a) => i.group[a]!,
  global: (i, a) => i.group[a]! * i.workgroup[a]! + i.local[a]!,
  blockDim: (i, a) => i.workgroup[a]!,
  groupSize: (i, a) => i.workgroup[a]!,
  gridDim: (i, a) => i.grid[a]!,
  gridSize: (i, a) => i.grid[a]!,
};

/** Answers index intrinsics; `'barrier'` for those that make a workgroup meet; null for all others. */
export function workItem(name: string, item: WorkItem | null): number | 'barrier' | null {
  const row = intrinsics.get(name);
  if (row?.category === 'sync' && /sync|barrier/i.test(name)) return 'barrier';
  if ((row?.category !== 'index' && row?.property !== true) || item === null) return null;
  const parts = /^(\w+?)_?([xyzXYZ])$/.exec(name);
  const position = parts === null ? undefined : positions[parts[1]!.replace(/Id(x)?$/, '')];
  if (position !== undefined) return position(item, axes[parts![2]!.toLowerCase() as keyof typeof axes]);
  switch (name) {
    case 'x': case 'y': case 'z': return positions['global']!(item, axes[name]);
    case 'id': case 'globalId': {
      const size = item.grid.map((n, a) => n * item.workgroup[a]!) as unknown as Triple;
      return linear([0, 1, 2].map((a) => positions['global']!(item, a)) as unknown as Triple, size);
    }
    case 'localId': case 'threadId': return linear(item.local, item.workgroup);
    case 'groupId': case 'blockId': return linear(item.group, item.grid);
    case 'lane': return linear(item.local, item.workgroup) % laneCount;
    case 'laneCount': return laneCount;
    default: return null;
  }
}

/** An operation among lanes, with its operands; null for everything else. */
export function laneRequest(e: Call, operands: () => readonly Value[]): LaneRequest | null {
  if (intrinsics.get(e.name)?.category !== 'subgroup' || e.args.length === 0) return null;
  const [value, by] = operands() as [number | boolean, number?];
  const plain = e.name.replace(/^subgroup/, '');
  const op = (plain[0]!.toLowerCase() + plain.slice(1)) as LaneOp;
  return { op, type: overloadOf(e) ?? 'bool', value, ...(by === undefined ? {} : { by }) };
}

type Numeric = (type: ScalarName, ...args: never[]) => ScalarLike;

const pick = (better: (a: ScalarLike, b: ScalarLike) => boolean): Numeric => (_, a: ScalarLike, b: ScalarLike) =>
  (a !== a ? a : b !== b ? b : better(b, a) ? b : a);

/** Meanings that need more than one JavaScript call, or that take bigints too. Results are fitted to the row's type. */
const meanings: Readonly<Record<string, Numeric>> = {
  abs: (t, x: number | bigint) => (typeof x === 'bigint' ? fit(t, x < 0n ? -x : x) : Math.abs(x)),
  min: pick((a, b) => a < b),
  max: pick((a, b) => a > b),
  floor: rounding(Math.floor), ceil: rounding(Math.ceil), trunc: rounding(Math.trunc), round: rounding(Math.round),
  clz: bitCount((bits) => bits.length - 1 - bits.lastIndexOf('1')),
  ctz: bitCount((bits) => (bits.includes('1') ? bits.indexOf('1') : bits.length)),
  ffs: bitCount((bits) => bits.indexOf('1') + 1),
  popcount: bitCount((bits) => bits.split('1').length - 1),
  brev: (t, x: number | bigint) => fit(t, fromBits(t, [...lowFirst(t, x)].reverse().join(''))),
  rotl: (t, x: number | bigint, n: number) => fit(t, fromBits(t, rotated(lowFirst(t, x), -n))),
  rotr: (t, x: number | bigint, n: number) => fit(t, fromBits(t, rotated(lowFirst(t, x), n))),
  bitsOf: (_, x: number) => f32Bits(x),
  floatOf: (_, x: number) => f32FromBits(x),
  clamp: (_, x: number | bigint, low: number | bigint, high: number | bigint) => {
    const raised = x < low ? low : x;
    return raised > high ? high : raised;
  },
  sign: (_, x: number | bigint) => (typeof x === 'bigint' ? (x > 0n ? 1n : x < 0n ? -1n : 0n) : Math.sign(x)),
};

function rounding(f: (x: number) => number): Numeric {
  return (_, x: number | bigint) => (typeof x === 'bigint' ? x : f(x));
}

/** A word's bits as text, the lowest first. */
const lowFirst = (type: ScalarName, x: number | bigint): string => {
  const width = type === 'i64' || type === 'u64' ? 64 : 32;
  return [...BigInt.asUintN(width, BigInt(x)).toString(2).padStart(width, '0')].reverse().join('');
};

const fromBits = (type: ScalarName, bits: string): number | bigint => {
  const value = BigInt(`0b${[...bits].reverse().join('')}`);
  return type === 'i64' || type === 'u64' ? value : Number(value);
};

function bitCount(count: (bits: string) => number): Numeric {
  return (t, x: number | bigint) => count(lowFirst(t, x));
}

function rotated(bits: string, right: number): string {
  const n = ((right % bits.length) + bits.length) % bits.length;
  return bits.slice(n) + bits.slice(0, n);
}

const atomics: Readonly<Record<string, (t: ScalarName, old: ScalarLike, ...args: ScalarLike[]) => ScalarLike>> = {
  add: (t, old, x) => binary('add', t, old, x!),
  sub: (t, old, x) => binary('sub', t, old, x!),
  and: (t, old, x) => binary('and', t, old, x!),
  or: (t, old, x) => binary('or', t, old, x!),
  xor: (t, old, x) => binary('xor', t, old, x!),
  min: (_, old, x) => (x! < old ? x! : old),
  max: (_, old, x) => (x! > old ? x! : old),
  exchange: (_, __, x) => x!,
  store: (_, __, x) => x!,
  load: (_, old) => old,
  compareexchange: (_, old, expected, x) => (old === expected ? x! : old),
  cas: (_, old, expected, x) => (old === expected ? x! : old),
};

const extents: Readonly<Record<string, number | null>> = { length: null, width: 0, height: 1, depth: 2 };

type Call = Extract<Expr, { kind: 'call' }>;

export function intrinsic(e: Call, args: readonly Value[], places: Places): Value | null {
  const row = intrinsics.get(e.name);
  if (row === undefined) throw new Error(`no intrinsic '${e.name}'`);
  const axis = e.places.length === 1 && row.category === 'stencil' ? extents[e.name] : undefined;
  if (axis !== undefined) return places.extent(0, axis);
  if (row.category === 'atomic') return atomic(e, args, places);
  const scalar = overloadOf(e);
  const result = e.type;
  const one = (...values: ScalarLike[]): ScalarLike => {
    const meaning = meanings[e.name] ?? spelled(e.name, scalar);
    return (meaning as (t: ScalarName, ...a: ScalarLike[]) => ScalarLike)(scalar ?? 'f64', ...values);
  };
  if (result === null) {
    one(...(args as ScalarLike[]));
    return null;
  }
  if (result.kind === 'vec') {
    return Array.from({ length: result.length }, (_, i) => fitted(result.elem.name, one(...args.map((a) => (Array.isArray(a) ? a[i] : a) as ScalarLike))));
  }
  if (result.kind !== 'scalar') throw new Error(`'${e.name}' gives a ${result.kind}`);
  return fitted(result.name, one(...(args as ScalarLike[])));
}

function atomic(e: Call, args: readonly Value[], places: Places): Value {
  const kind = e.name.replace(/^atomic_?/i, '').toLowerCase();
  const operation = atomics[kind];
  if (operation === undefined) throw new Error(`the interpreter does not know '${e.name}'`);
  const old = places.load(0) as ScalarLike;
  const type = e.type?.kind === 'scalar' ? e.type.name : overloadOf(e) ?? 'u32';
  places.store(0, fitted(type, operation(type, old, ...(args as ScalarLike[]))));
  return old;
}

const fitted = (type: ScalarName, value: ScalarLike): ScalarLike => (typeof value === 'boolean' ? value : fit(type, value));

const scalarOf = (t: AnyType | null): ScalarName | null => (t?.kind === 'scalar' ? t.name : t?.kind === 'vec' ? t.elem.name : null);

/** The type the row's `T` stands for in this call. */
function overloadOf(e: Call): ScalarName | null {
  const row = intrinsics.get(e.name)!;
  const at = row.params.indexOf('T');
  return at >= 0 ? scalarOf(e.args[at]?.type ?? null) : scalarOf(e.type);
}

const spelledCache = new Map<string, Numeric>();

/** The JavaScript spelling as a function. */
function spelled(name: string, type: ScalarName | null): Numeric {
  const key = `${name}:${type ?? ''}`;
  let fn = spelledCache.get(key);
  if (fn === undefined) {
    const row = intrinsics.get(name)!;
    const template = spelling(row, 'js', type);
    if (template === undefined || /\brk_|@/.test(template)) throw new Error(`the interpreter does not know '${name}'${type === null ? '' : ` of ${type}`}; pass it as options.intrinsic`);
    const names = row.params.map((_, i) => `a${i}`);
    const body = template.replace(/\$(\d)/g, (_, i: string) => `(a${i})`);
    fn = (new Function('rk', 'type', ...names, `return ${body};`) as Numeric).bind(null, { math: mathImports } as never) as Numeric;
    spelledCache.set(key, fn);
  }
  return fn;
}
