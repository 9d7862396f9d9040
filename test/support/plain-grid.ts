/** A stencil stepped by plain loops over plain arrays: what every grid is compared with, bit for bit. */
import type { Boundary } from '../../src/stencil/index.ts';

const f = Math.fround;

export interface PlainField {
  readonly name: string;
  readonly role: 'evolving' | 'previous' | 'still';
  readonly of?: string;
}

/** A field around a cell. */
export type At = (name: string, dx: number, dy: number, dz?: number) => number;
/** The next generation of the evolving fields; a field that is left out keeps its value. */
export type Step = (at: At, cell: readonly [number, number, number], params: Readonly<Record<string, number>>) => Readonly<Record<string, number>>;

export class PlainGrid {
  readonly #size: readonly [number, number, number];
  readonly #padded: readonly [number, number, number];
  readonly #halo: readonly [number, number, number];
  readonly #boundary: Boundary;
  readonly #step: Step;
  readonly #fields: readonly PlainField[];
  readonly #cells = new Map<string, Float32Array>();
  params: Readonly<Record<string, number>>;

  constructor(size: readonly number[], halo: number, fields: readonly PlainField[], boundary: Boundary, params: Readonly<Record<string, number>>, step: Step) {
    this.#size = [size[0]!, size[1]!, size[2] ?? 1];
    this.#halo = [halo, halo, size.length === 3 ? halo : 0];
    this.#padded = this.#size.map((n, k) => n + 2 * this.#halo[k]!) as unknown as [number, number, number];
    this.#boundary = boundary;
    this.#fields = fields;
    this.#step = step;
    this.params = params;
    const cells = this.#padded.reduce((a, b) => a * b, 1);
    for (const { name, role } of fields) this.#cells.set(name, new Float32Array(cells).fill(role !== 'still' && typeof boundary === 'object' && 'fixed' in boundary ? boundary.fixed : 0));
    for (const { name } of fields) this.load(name, new Float32Array(this.#size.reduce((a, b) => a * b, 1)));
  }

  #index(x: number, y: number, z: number): number {
    const [w, h] = this.#padded;
    return ((z + this.#halo[2]) * h + y + this.#halo[1]) * w + x + this.#halo[0];
  }

  #each(visit: (x: number, y: number, z: number) => void): void {
    const [w, h, d] = this.#size;
    for (let z = 0; z < d; z++) for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) visit(x, y, z);
  }

  #eachGhost(visit: (x: number, y: number, z: number) => void): void {
    const [w, h, d] = this.#size;
    const [hx, hy, hz] = this.#halo;
    for (let z = -hz; z < d + hz; z++) for (let y = -hy; y < h + hy; y++) for (let x = -hx; x < w + hx; x++) {
      if (x < 0 || y < 0 || z < 0 || x >= w || y >= h || z >= d) visit(x, y, z);
    }
  }

  #source(i: number, n: number, rule: string): number {
    if (i >= 0 && i < n) return i;
    if (rule === 'periodic') return (i + n) % n;
    if (rule === 'reflecting') return i < 0 ? -1 - i : 2 * n - 1 - i;
    return i < 0 ? 0 : n - 1;
  }

  #sources(x: number, y: number, z: number, rule: string): readonly [number, number, number] {
    const [w, h, d] = this.#size;
    return [this.#source(x, w, rule), this.#source(y, h, rule), this.#source(z, d, rule)];
  }

  load(name: string, values: ArrayLike<number>): void {
    const cells = this.#cells.get(name)!;
    const still = this.#fields.find((q) => q.name === name)!.role === 'still';
    let k = 0;
    this.#each((x, y, z) => { cells[this.#index(x, y, z)] = values[k++]!; });
    const b = this.#boundary;
    if (still || typeof b === 'string' || 'absorbing' in b) {
      this.#eachGhost((x, y, z) => { cells[this.#index(x, y, z)] = cells[this.#index(...this.#sources(x, y, z, still || typeof b !== 'string' ? 'nearest' : b))]!; });
    }
  }

  cells(name: string): Float32Array {
    const out: number[] = [];
    this.#each((x, y, z) => { out.push(this.#cells.get(name)![this.#index(x, y, z)]!); });
    return Float32Array.from(out);
  }

  run(steps: number): void {
    for (let s = 0; s < steps; s++) this.#one();
  }

  #one(): void {
    const evolving = this.#fields.filter((q) => q.role === 'evolving');
    const next = new Map(evolving.map(({ name }) => [name, this.#cells.get(name)!.slice()]));
    this.#each((x, y, z) => {
      const given = this.#step((name, dx, dy, dz = 0) => this.#cells.get(name)![this.#index(x + dx, y + dy, z + dz)]!, [x, y, z], this.params);
      for (const [name, value] of Object.entries(given)) next.get(name)![this.#index(x, y, z)] = value;
    });
    const b = this.#boundary;
    for (const { name } of evolving) {
      const [now, then] = [this.#cells.get(name)!, next.get(name)!];
      if (typeof b === 'string') this.#eachGhost((x, y, z) => { then[this.#index(x, y, z)] = then[this.#index(...this.#sources(x, y, z, b))]!; });
      else if ('absorbing' in b) {
        const speed = f(typeof b.absorbing === 'number' ? b.absorbing : b.absorbing(this.params));
        this.#eachGhost((x, y, z) => {
          const from = this.#sources(x, y, z, 'nearest');
          const far = Math.max(Math.abs(x - from[0]), Math.abs(y - from[1]), Math.abs(z - from[2]));
          const [ghost, cell] = [this.#index(x, y, z), this.#index(...from)];
          then[ghost] = f(now[cell]! + f(f(f(speed - far) / f(speed + far)) * f(then[cell]! - now[ghost]!)));
        });
      }
      const follower = this.#fields.find((q) => q.of === name);
      if (follower !== undefined) this.#cells.set(follower.name, now);
      this.#cells.set(name, then);
    }
  }
}
