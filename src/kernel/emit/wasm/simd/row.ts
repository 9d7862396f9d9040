/** One row of threads as a vector loop: what is computed in front of it, and the addresses in it. */
import type { BufferParam, Expr, GlobalProgram, Local, Place } from '../../../ir.ts';
import { printExpr } from '../../../print.ts';
import type { FuncContext } from '../context.ts';
import type { Instr, Label, ValType } from '../encode/instr.ts';
import { emit } from '../expr.ts';
import { linear, termsKey } from './linear.ts';
import { NotVectorisable } from './vector.ts';
import type { Shapes } from './shape.ts';

type IndexPlace = Extract<Place, { kind: 'index' }>;

/** Bytes of an element of every buffer that is reached by lanes. */
export const elementBytes = 4;
export const laneCount = 4;

/** Serves all accesses of one buffer whose indices differ by constants. */
interface Pointer {
  readonly local: number;
  readonly param: BufferParam;
  /** Constant part of the index that `local` starts from. */
  readonly constant: number;
  /** Memory instructions that wait for their offset. */
  readonly accesses: { readonly instr: { offset: number }; readonly constant: number; readonly step: number }[];
}

export class Row {
  readonly f: FuncContext;
  readonly shapes: Shapes;
  readonly program: GlobalProgram;
  /** Threads in the loop. */
  readonly count: number;
  /** Where to go if the row must be done one by one. */
  readonly scalar: Label;
  /** What runs once, in front of the loop. */
  readonly preheader: Instr[] = [];
  /** Which body of an unrolled turn is being emitted. */
  step = 0;
  #conditional = 0;
  readonly #hoisted = new Map<string, number>();
  readonly #pointers = new Map<string, Pointer>();
  readonly #loaded = new Map<string, number>();
  readonly #vectors = new Map<number, number>();

  constructor(f: FuncContext, program: GlobalProgram, shapes: Shapes, count: number, scalar: Label) {
    this.f = f;
    this.program = program;
    this.shapes = shapes;
    this.count = count;
    this.scalar = scalar;
  }

  /** Emits what only some of the lanes want: nothing in it may fault for the others. */
  conditionally(emitCode: () => void): void {
    this.#conditional++;
    emitCode();
    this.#conditional--;
  }

  /** Called for what may fault while the lanes run. */
  mayFault(): void {
    if (this.#conditional > 0) throw new NotVectorisable('a fault that only some lanes may raise');
  }

  /** The v128 of a local that differs between threads. */
  vectorLocal(local: Local): number {
    let index = this.#vectors.get(local.id);
    if (index === undefined) {
      if (local.type.kind !== 'scalar' || local.type.size !== elementBytes) throw new NotVectorisable(local.name);
      index = this.f.code.local('v128', `${local.name}.lanes`);
      this.#vectors.set(local.id, index);
    }
    return index;
  }

  /** Runs `push` in front of the loop, once for equal (expanded) expressions, and pushes its value here. */
  hoisted(type: ValType, push: () => void, e: Expr): void {
    const { code } = this.f;
    const key = `${type} ${printExpr(e)}`;
    let index = this.#hoisted.get(key);
    if (index === undefined) {
      index = code.local(type, `steady${this.#hoisted.size}`);
      this.#hoisted.set(key, index);
      const at = index;
      this.ahead(() => {
        push();
        code.set(at);
      });
    }
    code.get(index);
  }

  /** Puts what `emitCode` emits in front of the loop. */
  ahead(emitCode: () => void): void {
    const { code } = this.f.code;
    const start = code.length;
    emitCode();
    this.preheader.push(...code.splice(start));
  }

  /**
   * Loads or stores four neighbouring elements; for a store, `value` pushes what is stored. Where the index moves
   * with the thread alone, bounds are tested in front of the loop, and one pointer serves all accesses that are
   * a constant apart.
   */
  access(place: IndexPlace, param: BufferParam, value: (() => void) | null): void {
    const { code } = this.f;
    const op = value === null ? 'v128.load' : 'v128.store';
    if (!this.shapes.steady(place.index)) {
      this.#checkedAddress(place, param);
      value?.();
      code.op(op);
      return;
    }
    const index = this.expand(place.index);
    const { constant, ...rest } = linear(index);
    // Far apart, the distance itself could wrap in the test of bounds.
    const region = Math.round(constant / 2 ** 20);
    const pointer = this.#pointer(`${param.index} ${region} ${termsKey({ constant, ...rest })}`, index, constant, param);
    // What nobody writes needs loading only once.
    const known = value === null && !this.shapes.writes(param) ? `${pointer.local} ${constant} ${this.step}` : null;
    const loaded = known === null ? undefined : this.#loaded.get(known);
    if (loaded !== undefined) {
      code.get(loaded);
      return;
    }
    code.get(pointer.local);
    value?.();
    const instr = { op: 'plain' as const, name: op, offset: 0, lane: 0 };
    code.code.push(instr);
    pointer.accesses.push({ instr, constant, step: this.step });
    if (known === null || this.#conditional > 0) return;
    const keep = code.local('v128', `${param.name}.lanes`);
    this.#loaded.set(known, keep);
    code.tee(keep);
  }

  /** Moves the pointers past the threads of one turn. */
  advance(threads: number): void {
    for (const { local } of this.#pointers.values()) this.f.code.get(local).i32(threads * elementBytes).op('i32.add').set(local);
  }

  /** Forgets what was loaded: a new turn of the loop begins. */
  newLoop(): void {
    this.#loaded.clear();
  }

  #pointer(key: string, index: Expr, constant: number, param: BufferParam): Pointer {
    let pointer = this.#pointers.get(key);
    if (pointer === undefined) {
      pointer = { local: this.f.code.local('i32', `${param.name}.at${this.#pointers.size}`), param, constant, accesses: [] };
      this.#pointers.set(key, pointer);
      const { local } = pointer;
      this.ahead(() => {
        emit(this.f, index);
        this.f.code.set(local);
      });
    }
    return pointer;
  }

  /** Leaves for the scalar loop unless `count + extra` elements from index `first` (on the stack) on are within the buffer. */
  #testRange(extra: number, param: BufferParam): void {
    const { code } = this.f;
    const { length } = this.f.buffers.get(param)!;
    const first = this.f.temp('i32');
    code.tee(first).get(length).op('i32.gt_u').brIf(this.scalar);
    code.get(length).get(first).op('i32.sub').get(this.count).i32(extra).op('i32.add').op('i32.lt_u').brIf(this.scalar);
    this.f.release(first);
  }

  /** Once all accesses are known: tests their bounds and makes addresses of indices, the lowest the pointer, the others offsets. */
  finish(): void {
    for (const { local, param, constant, accesses } of this.#pointers.values()) {
      const distances = accesses.map((a) => (a.constant - constant) | 0);
      const lowest = Math.min(...distances);
      this.ahead(() => {
        // From the lowest element of the first thread to the highest of the last.
        this.f.code.get(local).i32(lowest).op('i32.add').tee(local);
        this.#testRange(Math.max(...distances) - lowest, param);
        this.f.code.get(local).i32(Math.log2(elementBytes)).op('i32.shl')
          .get(this.f.buffers.get(param)!.address).op('i32.add').set(local);
      });
      for (const a of accesses) a.instr.offset = ((((a.constant - constant) | 0) - lowest) + a.step * laneCount) * elementBytes;
    }
  }

  /** For indices that change in other ways too, such as with an inner loop. */
  #checkedAddress(place: IndexPlace, param: BufferParam): void {
    this.mayFault();
    const { code } = this.f;
    const buffer = this.f.buffers.get(param)!;
    const index = this.f.temp('i32');
    emit(this.f, place.index);
    code.tee(index).i32(laneCount - 1).op('i32.add').get(buffer.length).op('i32.ge_u');
    code.get(index).get(buffer.length).op('i32.ge_u').op('i32.or').open('if', 'outOfBounds');
    this.f.fault('outOfBounds', place.pos);
    code.end().get(index).i32(Math.log2(elementBytes)).op('i32.shl').get(buffer.address).op('i32.add');
    this.f.release(index);
  }

  /** See `Shapes.expand`. */
  expand(e: Expr): Expr {
    return this.shapes.expand(e);
  }
}
