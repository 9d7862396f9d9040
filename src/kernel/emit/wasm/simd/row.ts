/** One row of threads as a vector loop: what is computed in front of it, and the addresses in it. */
import type { BufferParam, Expr, GlobalProgram, Local, Place } from '../../../ir.ts';
import { printExpr } from '../../../print.ts';
import type { FuncContext } from '../context.ts';
import type { Instr, Label, ValType } from '../encode/instr.ts';
import { emit } from '../expr.ts';
import { NotVectorisable } from './vector.ts';
import type { Shapes } from './shape.ts';

type IndexPlace = Extract<Place, { kind: 'index' }>;

/** Bytes of an element of every buffer that is reached by lanes. */
const elementBytes = 4;
export const laneCount = 4;

export class Row {
  readonly f: FuncContext;
  readonly shapes: Shapes;
  readonly program: GlobalProgram;
  /** Byte offset of the thread in hand from the first of the loop. */
  readonly offset: number;
  /** Threads in the loop. */
  readonly count: number;
  /** Where to go if the row must be done one by one. */
  readonly scalar: Label;
  /** What runs once, in front of the loop. */
  readonly preheader: Instr[] = [];
  #conditional = 0;
  readonly #hoisted = new Map<string, number>();
  readonly #pointers = new Map<string, number>();
  readonly #vectors = new Map<number, number>();

  constructor(f: FuncContext, program: GlobalProgram, shapes: Shapes, offset: number, count: number, scalar: Label) {
    this.f = f;
    this.program = program;
    this.shapes = shapes;
    this.offset = offset;
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
   * Pushes the address of four neighbouring elements and returns the constant offset of the access. Where the
   * index moves with the thread alone, bounds are tested in front of the loop and a pointer is kept.
   */
  address(place: IndexPlace, param: BufferParam): number {
    const { code } = this.f;
    if (!this.shapes.steady(place.index)) {
      this.#checkedAddress(place, param);
      return 0;
    }
    const index = this.expand(place.index);
    const key = `${param.index} ${printExpr(index)}`;
    let pointer = this.#pointers.get(key);
    if (pointer === undefined) {
      pointer = code.local('i32', `${param.name}.at${this.#pointers.size}`);
      this.#pointers.set(key, pointer);
      const at = pointer;
      this.ahead(() => { this.#startPointer(index, param, at); });
    }
    code.get(pointer).get(this.offset).op('i32.add');
    return 0;
  }

  #startPointer(index: Expr, param: BufferParam, pointer: number): void {
    const { code } = this.f;
    const buffer = this.f.buffers.get(param)!;
    emit(this.f, index);
    code.tee(pointer).get(buffer.length).op('i32.gt_u').brIf(this.scalar);
    code.get(buffer.length).get(pointer).op('i32.sub').get(this.count).op('i32.lt_u').brIf(this.scalar);
    code.get(pointer).i32(Math.log2(elementBytes)).op('i32.shl').get(buffer.address).op('i32.add').set(pointer);
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

  /** With settled locals replaced by their values, so that it can be computed in front of their declaration. */
  expand(e: Expr): Expr {
    switch (e.kind) {
      case 'load': {
        const value = e.place.kind === 'local' ? this.shapes.settled(e.place.local.id) : undefined;
        return value === undefined ? e : this.expand(value);
      }
      case 'binary': case 'compare': case 'logical': return { ...e, left: this.expand(e.left), right: this.expand(e.right) } as Expr;
      case 'unary': case 'convert': return { ...e, value: this.expand(e.value) } as Expr;
      case 'call': case 'invoke': return { ...e, args: e.args.map((a) => this.expand(a)) } as Expr;
      case 'select': return { ...e, test: this.expand(e.test), then: this.expand(e.then), else: this.expand(e.else) };
      default: return e;
    }
  }
}
