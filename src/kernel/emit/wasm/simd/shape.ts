/** How a value changes from one thread of a row to the next. */
import { intrinsics } from '../../../intrinsics/table.ts';
import type { Expr, GlobalProgram, Stmt } from '../../../ir.ts';
import { assignedLocals, rootOf, walkStmts } from '../../../passes/walk.ts';

/** `uniform`: the same in all threads; `affine`: one more in each (32-bit integers); `varying`: anything. */
export type Shape = 'uniform' | 'affine' | 'varying';

const join = (a: Shape, b: Shape): Shape => (a === b && a !== 'affine' ? a : 'varying');
const allUniform = (shapes: readonly Shape[]): Shape => (shapes.every((s) => s === 'uniform') ? 'uniform' : 'varying');

/** Rows of the table that count threads along x; those of workgroups change within a row, too. */
const alongX = new Set(['x', 'id']);
const irregular = new Set(['localX', 'groupX', 'localId', 'groupId']);

export class Shapes {
  readonly #locals = new Map<number, Shape>();
  /** Locals that keep the value of their declaration. */
  readonly #settled = new Map<number, Expr>();
  readonly #written: ReadonlySet<object>;

  constructor(program: GlobalProgram) {
    const { body } = program.func;
    const assignments = new Map<number, Expr[]>();
    const declared = new Set<number>();
    const written = new Set<object>();
    const branches: { readonly test: Expr; readonly assigned: ReadonlySet<number> }[] = [];
    walkStmts(body, {
      stmt: (s: Stmt) => {
        if (s.kind === 'if') branches.push({ test: s.test, assigned: assignedLocals([...s.then, ...s.else]) });
        if (s.kind === 'let') {
          declared.add(s.local.id);
          const list = assignments.get(s.local.id) ?? [];
          if (s.init !== null) list.push(s.init);
          assignments.set(s.local.id, list);
          if (s.init === null) this.#locals.set(s.local.id, 'uniform');
        } else if (s.kind === 'assign') {
          const root = rootOf(s.place);
          if (root.kind === 'local') assignments.set(root.local.id, [...assignments.get(root.local.id) ?? [], s.value]);
          if (root.kind === 'buffer') written.add(root.param);
        }
      },
    });
    this.#written = written;
    for (const [id, values] of assignments) if (declared.has(id) && values.length === 1 && !this.#locals.has(id)) this.#settled.set(id, values[0]!);
    for (const id of assignments.keys()) if (!this.#settled.has(id)) this.#locals.set(id, 'uniform');
    // Shapes only ever grow, so this ends.
    for (let changed = true; changed;) {
      changed = false;
      for (const [id, values] of assignments) {
        if (this.#settled.has(id)) continue;
        const before = this.#locals.get(id)!;
        // Assigned at several places, an affine value need not be affine any more.
        const after = values.map((v) => this.of(v)).reduce((a, b) => (b === 'affine' ? 'varying' : join(a, b)), before);
        if (after !== before) {
          this.#locals.set(id, after);
          changed = true;
        }
      }
      // What some threads of a row assign and others do not.
      for (const { test, assigned } of branches) {
        if (this.of(test) === 'uniform') continue;
        for (const id of assigned) {
          if (this.#locals.get(id) === 'varying') continue;
          this.#locals.set(id, 'varying');
          changed = true;
        }
      }
    }
  }

  /** The value of a local that never changes after its declaration. */
  settled(id: number): Expr | undefined {
    return this.#settled.get(id);
  }

  ofLocal(id: number): Shape {
    const value = this.#settled.get(id);
    return value === undefined ? this.#locals.get(id) ?? 'uniform' : this.of(value);
  }

  of(e: Expr): Shape {
    switch (e.kind) {
      case 'const': return 'uniform';
      case 'load': {
        const { place } = e;
        if (place.kind === 'local') return this.ofLocal(place.local.id);
        if (place.kind === 'index' && (place.base.kind === 'buffer' || place.base.kind === 'constant')) return this.of(place.index) === 'uniform' ? 'uniform' : 'varying';
        return 'varying';
      }
      case 'call':
        if (alongX.has(e.name)) return 'affine';
        if (irregular.has(e.name) || intrinsics.get(e.name)?.effects === true) return 'varying';
        return allUniform(e.args.map((a) => this.of(a)));
      case 'binary': {
        const [a, b] = [this.of(e.left), this.of(e.right)];
        if (a === 'affine' && b === 'uniform' && (e.op === 'add' || e.op === 'sub')) return 'affine';
        if (a === 'uniform' && b === 'affine' && e.op === 'add') return 'affine';
        return allUniform([a, b]);
      }
      case 'convert': {
        const inner = this.of(e.value);
        return inner === 'affine' && e.mode !== 'bits' ? 'varying' : inner;
      }
      case 'unary': case 'extract': return allUniform([this.of(e.value)]);
      case 'compare': case 'logical': return allUniform([this.of(e.left), this.of(e.right)]);
      case 'select': return allUniform([this.of(e.test), this.of(e.then), this.of(e.else)]);
      case 'invoke': return allUniform(e.args.map((a) => this.of(a)));
      case 'construct': return allUniform(e.parts.map((p) => this.of(p)));
      case 'send': return 'varying';
    }
  }

  /** The same through the whole row, up to the thread's x: may be computed once in front of it. Without loads. */
  steady(e: Expr): boolean {
    switch (e.kind) {
      case 'const': return true;
      case 'load': {
        if (e.place.kind !== 'local') return false;
        const { id } = e.place.local;
        const value = this.#settled.get(id);
        return value === undefined ? !this.#locals.has(id) : this.steady(value);
      }
      case 'call': return intrinsics.get(e.name)?.effects !== true && e.args.every((a) => this.steady(a));
      case 'binary': case 'compare': case 'logical': return this.steady(e.left) && this.steady(e.right);
      case 'unary': case 'convert': return this.steady(e.value);
      case 'select': return this.steady(e.test) && this.steady(e.then) && this.steady(e.else);
      case 'invoke': return !e.fn.effects && e.args.every((a) => this.steady(a));
      default: return false;
    }
  }

  writes(param: object): boolean {
    return this.#written.has(param);
  }

  /** With settled locals replaced by their values, so that it can be computed in front of their declaration. */
  expand(e: Expr): Expr {
    switch (e.kind) {
      case 'load': {
        const value = e.place.kind === 'local' ? this.settled(e.place.local.id) : undefined;
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
