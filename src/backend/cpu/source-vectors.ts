/** Vectors, matrices and quaternions of the kernel language as plain JavaScript objects with methods. */
import { matrixFunctions, quat, quaternionFunctions } from '../../kernel/linear-algebra.ts';

const components = ['x', 'y', 'z', 'w'] as const;
const colours = ['r', 'g', 'b', 'a'] as const;

type Numbers = readonly number[];

/** A vector value. Its methods return new ones. */
export class Vector {
  constructor(parts: Numbers) {
    parts.forEach((part, i) => { (this as Record<string, unknown>)[components[i]!] = part; });
  }
}

export const partsOf = (v: object): number[] => components.filter((c) => c in v).map((c) => (v as Record<string, number>)[c]!);
const each = (v: object, other: object | number, f: (a: number, b: number) => number): Vector => {
  const right = typeof other === 'number' ? null : partsOf(other);
  return new Vector(partsOf(v).map((a, i) => f(a, right === null ? other as number : right[i]!)));
};
const dot = (a: object, b: object): number => partsOf(each(a, b, (x, y) => x * y)).reduce((sum, x) => sum + x, 0);

const methods: Readonly<Record<string, (this: object, ...args: never[]) => unknown>> = {
  add(b: object | number) { return each(this, b, (x, y) => x + y); },
  sub(b: object | number) { return each(this, b, (x, y) => x - y); },
  mul(b: object | number) { return each(this, b, (x, y) => x * y); },
  div(b: object | number) { return each(this, b, (x, y) => x / y); },
  min(b: object | number) { return each(this, b, Math.min); },
  max(b: object | number) { return each(this, b, Math.max); },
  neg() { return each(this, 0, (x) => -x); },
  abs() { return each(this, 0, Math.abs); },
  floor() { return each(this, 0, Math.floor); },
  ceil() { return each(this, 0, Math.ceil); },
  round() { return each(this, 0, Math.round); },
  trunc() { return each(this, 0, Math.trunc); },
  fract() { return each(this, 0, (x) => x - Math.floor(x)); },
  sqrt() { return each(this, 0, Math.sqrt); },
  clamp(low: object | number, high: object | number) { return each(each(this, low, Math.max), high, Math.min); },
  lerp(b: object, t: object | number) {
    const at = typeof t === 'number' ? null : partsOf(t);
    const to = partsOf(b);
    return new Vector(partsOf(this).map((x, i) => x + (to[i]! - x) * (at === null ? t as number : at[i]!)));
  },
  sum() { return partsOf(this).reduce((sum, x) => sum + x, 0); },
  dot(b: object) { return dot(this, b); },
  reflect(n: object) {
    const twice = 2 * dot(this, n);
    return each(this, n, (x, y) => x - twice * y);
  },
  cross(b: object) {
    const [ax, ay, az] = partsOf(this) as [number, number, number];
    const [bx, by, bz] = partsOf(b) as [number, number, number];
    return new Vector([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx]);
  },
  length() { return Math.sqrt(dot(this, this)); },
  lengthSquared() { return dot(this, this); },
  distance(b: object) {
    const d = each(this, b, (x, y) => x - y);
    return Math.sqrt(dot(d, d));
  },
  normalize() { return each(this, Math.sqrt(dot(this, this)), (x, y) => x / y); },
  equals(b: object) {
    const right = partsOf(b);
    return partsOf(this).every((x, i) => x === right[i]);
  },
  ...Object.fromEntries(Object.entries(quaternionFunctions).map(([name, fn]) =>
    [name, function call(this: object, ...args: never[]) { return equipped((fn as unknown as (...list: unknown[]) => unknown)(this, ...args)); }])),
};

/** Methods, and every swizzle: `v.xy`, `v.zyx`, `c.rgb`, … */
export function equip(prototype: object): void {
  for (const [name, method] of Object.entries(methods)) Object.defineProperty(prototype, name, { value: method });
  const names = (letters: readonly string[], length: number): string[] => (length === 0 ? [''] : names(letters, length - 1).flatMap((n) => letters.map((c) => n + c)));
  for (const letters of [components, colours]) {
    const places = (name: string): string[] => [...name].map((c) => components[(letters as readonly string[]).indexOf(c)]!);
    for (const length of letters === colours ? [1, 2, 3, 4] : [2, 3, 4]) {
      for (const name of names(letters, length)) {
        const from = places(name);
        Object.defineProperty(prototype, name, {
          get(this: Record<string, number>) { return from.length === 1 ? this[from[0]!] : new Vector(from.map((c) => this[c]!)); },
          set(this: Record<string, number>, value: number | object) {
            const parts = typeof value === 'number' ? [value] : partsOf(value);
            from.forEach((c, i) => { this[c] = parts[i]!; });
          },
        });
      }
    }
  }
}
equip(Vector.prototype);

/** Puts the methods of matrices on an array of columns. */
export function equipMatrix<T extends object>(columns: T): T {
  const table = matrixFunctions[(columns as unknown as { length: 2 | 3 | 4 }).length];
  const call = (key: keyof typeof table, ...args: unknown[]): unknown => equipped((table[key] as (...list: unknown[]) => unknown)(columns, ...args));
  const own: Record<string, (by?: unknown) => unknown> = {
    mul: (by) => call(typeof by === 'number' ? 'timesNumber' : Array.isArray(by) ? 'timesMatrix' : 'timesVector', by),
    add: (by) => call('add', by), sub: (by) => call('sub', by), transpose: () => call('transpose'), determinant: () => call('determinant'), inverse: () => call('inverse'),
  };
  for (const [name, value] of Object.entries(own)) Object.defineProperty(columns, name, { value });
  return columns;
}

/** Plain results as vectors and matrices. */
function equipped(value: unknown): unknown {
  if (Array.isArray(value)) return equipMatrix(value.map((column) => new Vector(partsOf(column as object))));
  return typeof value === 'object' && value !== null ? new Vector(partsOf(value)) : value;
}

type Part = number | object;

const vector = (length: number, convert: (x: number) => number) => (...given: readonly Part[]): Vector => {
  const parts = given.flatMap((p) => (typeof p === 'number' ? [p] : partsOf(p)));
  return new Vector((parts.length === 1 ? Array.from({ length }, () => parts[0]!) : parts).map(convert));
};

const matrix = (size: number) => (...given: readonly Part[]): object => {
  const rows = Array.from({ length: size }, (_, k) => k);
  if (given.length === size) return equipped(given) as object;
  const numbers = given.length === 1 ? rows.flatMap((c) => rows.map((r) => (r === c ? given[0] as number : 0))) : given as Numbers;
  return equipMatrix(rows.map((c) => new Vector(numbers.slice(c * size, (c + 1) * size))));
};

/** Constructors as a kernel's context has them; those of integers saturate, as casts do. */
export const constructors = (toI32: (x: number) => number, toU32: (x: number) => number): Readonly<Record<string, (...args: never[]) => unknown>> => ({
  ...Object.fromEntries([2, 3, 4].flatMap((n) => [[`vec${n}`, vector(n, (x) => x)], [`ivec${n}`, vector(n, toI32)], [`uvec${n}`, vector(n, toU32)], [`mat${n}`, matrix(n)]])),
  quat: (axis: never, angle: number) => equipped(quat(axis, angle)),
});
