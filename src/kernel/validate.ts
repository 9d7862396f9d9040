/** Checks what `ir.ts` promises. For tests and for whoever writes passes: a program that fails here is a bug of ours. */
import { sameType, typeName, type AnyType, type Scalar, type Struct } from '../layout/types.ts';
import type { Expr, FieldValue, Func, Place, Program, Stmt } from './ir.ts';
import { intrinsics } from './intrinsics/table.ts';
import { printExpr, printStmt } from './print.ts';
import { functionsOf } from './passes/walk.ts';

const isInteger = (t: AnyType): boolean => t.kind === 'scalar' && ['i32', 'u32', 'i64', 'u64'].includes(t.name);
const isFloat = (t: AnyType): boolean => t.kind === 'scalar' && ['f16', 'bf16', 'f32', 'f64'].includes(t.name);
const elementOf = (t: AnyType): AnyType => (t.kind === 'vec' ? t.elem : t);
const isBool = (t: AnyType | null): boolean => t?.kind === 'scalar' && t.name === 'bool';

class Validator {
  readonly problems: string[] = [];
  readonly #program: Program;
  readonly #functions: ReadonlySet<Func>;
  readonly #done = new Set<Func>();
  #where = '';
  #fn: Func | null = null;
  #declared = new Set<number>();
  readonly #around: { readonly id: number; readonly loop: boolean }[] = [];

  constructor(program: Program) {
    this.#program = program;
    this.#functions = new Set(program.functions);
  }

  run(): void {
    for (const fn of functionsOf(this.#program)) {
      this.#fn = fn;
      this.#declared = new Set(fn.params.map((p) => p.id));
      if (this.#program.kind === 'global') for (const p of this.#program.params) if (p.kind === 'value') this.#declared.add(p.local.id);
      this.#body(fn.body);
      this.#done.add(fn);
    }
  }

  #fail(what: string): void {
    this.problems.push(`${this.#fn!.name}: ${what} in \`${this.#where}\``);
  }

  #expect(condition: boolean, what: string): void {
    if (!condition) this.#fail(what);
  }

  /** Locals declared inside are gone behind it. */
  #body(body: readonly Stmt[]): void {
    const outer = this.#declared;
    this.#declared = new Set(outer);
    for (const s of body) this.#stmt(s);
    this.#declared = outer;
  }

  #within(id: number, loop: boolean, check: () => void): void {
    this.#expect(!this.#around.some((a) => a.id === id), `id ${id} used twice`);
    this.#around.push({ id, loop });
    check();
    this.#around.pop();
  }

  #stmt(s: Stmt): void {
    this.#where = printStmt(s)[0]!;
    switch (s.kind) {
      case 'let':
        if (s.init !== null) this.#root(s.init, s.local.type);
        this.#declared.add(s.local.id);
        return;
      case 'assign': {
        const type = this.#place(s.place);
        const root = rootKind(s.place);
        this.#expect(root !== 'message' && root !== 'constant', `assignment to a ${root}`);
        if (type !== null) this.#root(s.value, type);
        return;
      }
      case 'exec': this.#root(s.value, null); return;
      case 'if':
        this.#test(s.test);
        this.#body(s.then);
        this.#body(s.else);
        return;
      case 'loop':
        if (s.pretest !== null) this.#test(s.pretest);
        this.#within(s.id, true, () => { this.#body(s.body); });
        for (const u of s.update) this.#stmt(u);
        if (s.posttest !== null) this.#test(s.posttest);
        return;
      case 'block': this.#within(s.id, false, () => { this.#body(s.body); }); return;
      case 'switch': {
        const type = this.#pure(s.subject);
        for (const c of s.cases) for (const v of c.values) if (type?.kind === 'scalar') this.#constant(type, v);
        this.#within(s.id, false, () => {
          for (const c of s.cases) this.#body(c.body);
          this.#body(s.otherwise);
        });
        return;
      }
      case 'break': this.#expect(this.#around.some((a) => a.id === s.target), `exit to ${s.target}, which is not around it`); return;
      case 'continue': this.#expect(this.#around.some((a) => a.id === s.target && a.loop), `continue of ${s.target}, which is no loop around it`); return;
      case 'return': {
        const { result } = this.#fn!;
        this.#expect((s.value === null) === (result === null), 'a return that does not fit the result');
        if (s.value !== null) this.#root(s.value, result);
        return;
      }
      case 'reply': this.#fields(s.message, s.fields); return;
      case 'debug':
        this.#expect(s.format < this.#program.formats.length, 'no such format');
        for (const a of s.args) this.#pure(a);
    }
  }

  #test(e: Expr): void {
    this.#expect(isBool(this.#pure(e)), 'a test that is no bool');
  }

  #fields(type: Struct, fields: readonly FieldValue[]): void {
    for (const f of fields) {
      const field = type.fields.find((x) => x.name === f.name);
      this.#expect(field !== undefined && field.offset === f.offset, `'${f.name}' is no field of ${type.name}`);
      this.#same(this.#pure(f.value), field?.type ?? null);
    }
  }

  #same(actual: AnyType | null, expected: AnyType | null): void {
    if (actual === null || expected === null || sameType(actual, expected)) return;
    this.#fail(`${typeName(actual)} where ${typeName(expected)} is due`);
  }

  #constant(type: Scalar, value: number | bigint | boolean): void {
    const fits = type.name === 'bool' ? typeof value === 'boolean'
      : type.name === 'i64' ? typeof value === 'bigint' && BigInt.asIntN(64, value) === value
        : type.name === 'u64' ? typeof value === 'bigint' && BigInt.asUintN(64, value) === value
          // A float constant is rounded to its type by whoever reads it.
          : typeof value === 'number' && (type.name === 'i32' ? Object.is(value | 0, value) : type.name === 'u32' ? Object.is(value >>> 0, value) : true);
    this.#expect(fits, `${value} is no ${type.name}`);
  }

  /** An effect may stand at the root of a statement only. */
  #root(e: Expr, expected: AnyType | null): void {
    if (effectful(e)) {
      this.#operands(e);
      this.#same(e.type, expected);
    } else this.#same(this.#pure(e), expected);
  }

  #pure(e: Expr): AnyType | null {
    this.#expect(!effectful(e), `an effect inside an expression: ${printExpr(e)}`);
    this.#operands(e);
    return e.type;
  }

  #operands(e: Expr): void {
    switch (e.kind) {
      case 'const': this.#constant(e.type, e.value); return;
      case 'load': this.#same(this.#place(e.place), e.type); return;
      case 'unary': this.#same(this.#pure(e.value), e.type); return;
      case 'binary': {
        const [a, b] = [this.#pure(e.left), this.#pure(e.right)];
        this.#same(a, e.type);
        if (e.op !== 'shl' && e.op !== 'shr') this.#same(b, e.type);
        const elem = elementOf(e.type);
        if (['div', 'rem'].includes(e.op)) this.#expect(isFloat(elem), `${e.op} of ${typeName(e.type)}`);
        if (['idiv', 'imod', 'floordiv', 'ceildiv', 'shl', 'shr'].includes(e.op)) this.#expect(isInteger(elem), `${e.op} of ${typeName(e.type)}`);
        return;
      }
      case 'compare': this.#same(this.#pure(e.left), this.#pure(e.right)); return;
      case 'logical':
        this.#test(e.left);
        this.#test(e.right);
        return;
      case 'select':
        this.#test(e.test);
        this.#same(this.#pure(e.then), e.type);
        this.#same(this.#pure(e.else), e.type);
        return;
      case 'convert': this.#pure(e.value); return;
      case 'call':
        this.#expect(intrinsics.has(e.name), `no intrinsic '${e.name}'`);
        for (const p of e.places) this.#place(p);
        for (const a of e.args) this.#pure(a);
        return;
      case 'invoke':
        this.#expect(this.#functions.has(e.fn) && this.#done.has(e.fn), `'${e.fn.name}' is called before it is listed`);
        this.#expect(e.args.length === e.fn.params.length, `'${e.fn.name}' takes ${e.fn.params.length} arguments`);
        e.args.forEach((a, i) => { this.#same(this.#pure(a), e.fn.params[i]?.type ?? null); });
        return;
      case 'construct': {
        const { type } = e;
        const expected = type.kind === 'struct' ? type.fields.map((f) => f.type) : type.kind === 'scalar' ? [] : Array<AnyType>(type.length).fill(type.elem);
        this.#expect(e.parts.length === expected.length, `${typeName(type)} from ${e.parts.length} parts`);
        e.parts.forEach((p, i) => { this.#same(this.#pure(p), expected[i] ?? null); });
        return;
      }
      case 'extract': this.#pure(e.value); return;
      case 'send': this.#fields(e.port.message, e.fields);
    }
  }

  /** The type of what lies there; null for what is no value by itself. */
  #place(p: Place): AnyType | null {
    switch (p.kind) {
      case 'local':
        this.#expect(this.#declared.has(p.local.id), `'${p.local.name}' (${p.local.id}) is not declared here`);
        return p.local.type;
      case 'state': case 'message': return p.type;
      case 'constant': case 'buffer': case 'shared': return null;
      case 'field': {
        const base = this.#place(p.base);
        const field = base?.kind === 'struct' ? base.fields.find((f) => f.name === p.name) : undefined;
        this.#expect(field !== undefined && field.offset === p.offset, `no field '${p.name}'`);
        return p.type;
      }
      case 'component': {
        const base = this.#place(p.base);
        this.#expect(base?.kind === 'vec' && p.component < base.length, 'no such component');
        return p.type;
      }
      case 'index': {
        const base = this.#place(p.base);
        if (base !== null) this.#expect(base.kind === 'array', 'an index into what is no array');
        const index = this.#pure(p.index);
        this.#expect(index?.kind === 'scalar' && (index.name === 'i32' || index.name === 'u32'), 'an index that is no 32-bit integer');
        return p.type;
      }
    }
  }
}

const effectful = (e: Expr): boolean =>
  e.kind === 'send' || (e.kind === 'invoke' && e.fn.effects) || (e.kind === 'call' && intrinsics.get(e.name)?.effects === true);

function rootKind(p: Place): Place['kind'] {
  return p.kind === 'field' || p.kind === 'index' || p.kind === 'component' ? rootKind(p.base) : p.kind;
}

/** What is wrong with a program; empty if it keeps the promises of `ir.ts`. */
export function problemsOf(program: Program): readonly string[] {
  const validator = new Validator(program);
  validator.run();
  return validator.problems;
}

/** Throws if the program breaks a promise of `ir.ts`. */
export function validate(program: Program): void {
  const problems = problemsOf(program);
  if (problems.length > 0) throw new Error(`Program '${program.id}' breaks the rules of the IR:\n${problems.join('\n')}`);
}
