/**
 * The state of lowering one function, and the small operations every part of the front end shares:
 * emitting statements, temporaries, order of evaluation, findings. The parts (`expressions`, `statements`,
 * `calls`, …) are functions over it; `parts` ties them together without importing each other.
 */
import type { AnyNode, Expression, Pattern, Statement } from '../parse/nodes.ts';
import type { ErrorDetail } from '../../error/base.ts';
import type { ErrorCode } from '../../error/codes.ts';
import { Bail, type KernelDiagnostic } from '../diagnostics.ts';
import type { Expr, Local, Place, Pos, Stmt } from '../ir.ts';
import type { AnyFunction, Decl, FunctionNode, ParsedFunction } from '../syntax.ts';
import type { Assembly } from './assembly.ts';
import { typeName } from '../../layout/types.ts';
import { called, isHalf, isInt, literalType, scalarOf, type Type } from './types.ts';
import { quotientOf } from './convert.ts';
import { data, type Data, type Flex, type Value } from './value.ts';
import { newFrame, Variable, type Frame } from './variable.ts';

/** Where `break` and `continue` lead. */
export interface Exit {
  readonly labels: readonly string[];
  /** Left by a plain `break`. */
  readonly plain: boolean;
  readonly breakId: number;
  /** How `continue` is expressed; null for what is no loop. */
  readonly next: { readonly kind: 'continue' | 'break'; readonly id: number } | null;
  /** Frame of the function it stands in: labels are not visible through calls. */
  readonly frame: Frame;
}

/** What `return` does in the function being lowered. */
export interface ReturnTarget {
  /** Takes the value (null: plain `return`) and emits the exit. */
  leave(value: Expression | null, node: AnyNode): void;
}

export type CallNode = Extract<Expression, { type: 'CallExpression' }>;

export interface Parts {
  expression(L: Lowering, node: Expression, discard: boolean): Value;
  statements(L: Lowering, body: readonly Statement[]): void;
  /** As `return value` would. */
  returnValue(L: Lowering, value: Expression | null, node: AnyNode): void;
  call(L: Lowering, node: CallNode, discard: boolean): Value;
  construct(L: Lowering, node: Extract<Expression, { type: 'NewExpression' }>): Value;
  member(L: Lowering, object: Value, key: string, node: AnyNode): Value;
  element(L: Lowering, object: Value, index: Value, node: AnyNode): Value;
  invoke(L: Lowering, helper: Extract<Value, { kind: 'helper' }>, args: readonly Value[], node: CallNode, discard: boolean): Value;
  written(L: Lowering, name: string, fn: AnyFunction, effects: boolean, before: readonly Value[], operands: readonly Data[], node: CallNode, discard: boolean): Value;
  library(L: Lowering, name: string, fn: AnyFunction, result: Type, operands: readonly Data[], node: AnyNode): Value;
  bind(L: Lowering, pattern: Pattern, value: Value, node: AnyNode): void;
  assign(L: Lowering, target: Pattern, value: Value, node: AnyNode): void;
  assignVariable(L: Lowering, variable: Variable, value: Value, node: AnyNode): void;
  assignElement(L: Lowering, variable: Variable, place: Place, value: Value, node: AnyNode): void;
}

/** A chain of locals in the wrong order settles one link at a time; no real handler comes near this. */
const passLimit = 200;

export class Lowering {
  readonly assembly: Assembly;
  readonly parts: Parts;
  /** Constants of the definition this function belongs to. */
  readonly uses: object;
  readonly root: Frame;
  frame: Frame;
  out: Stmt[] = [];
  prologue: Stmt[] = [];
  exits: Exit[] = [];
  returns: ReturnTarget | null = null;
  /** Functions being inlined, for recursion. */
  readonly inlining: FunctionNode[] = [];
  diagnostics: KernelDiagnostic[] = [];
  /** The member expression being assigned without being read. */
  writeOnly: unknown = null;
  /** Structs, arrays and vectors passed by value: writing to their parts would change only the copy. */
  readonly copies = new WeakMap<Local, string>();
  /** Values that a kernel is launched with. */
  readonly parameters = new WeakSet<Local>();
  /** The variable behind a local of the text. */
  readonly owners = new WeakMap<Local, Variable>();
  private readonly variables: Variable[] = [];
  private localCount = 0;
  private labelCount = 0;

  constructor(assembly: Assembly, parts: Parts, parsed: ParsedFunction, uses: object) {
    this.assembly = assembly;
    this.parts = parts;
    this.uses = uses;
    this.root = newFrame(parsed.node, parsed, assembly.sourceIndex(parsed), null);
    this.frame = this.root;
  }

  /** The text being lowered now: that of the function, or of one inlined into it. */
  get parsed(): ParsedFunction {
    return this.frame.parsed;
  }

  /** Lowers until the types stand still. `body` sees an empty unit each time. */
  settle(body: () => void): void {
    for (let pass = 0; pass < passLimit; pass++) {
      this.out = [];
      this.prologue = [];
      this.exits = [];
      this.diagnostics = [];
      this.localCount = 0;
      this.labelCount = 0;
      this.frame = this.root;
      this.inlining.length = 0;
      for (const v of this.variables) v.begin();
      body();
      this.out.unshift(...this.prologue);
      let changed = false;
      for (let again = true, rounds = 0; again && rounds < passLimit; rounds++) {
        again = false;
        for (const v of this.variables) if (v.settle()) again = true;
        changed ||= again;
      }
      if (!changed) return;
    }
    throw new Error(`the types of '${this.assembly.id}' do not settle`);
  }

  // ---------------------------------------------------------------- findings

  pos(node: { start: number; end: number }): Pos {
    return { source: this.frame.source, start: node.start, end: node.end };
  }

  report(code: ErrorCode, node: { start: number; end: number }, detail: ErrorDetail = {}): void {
    this.diagnostics.push({ code, detail, pos: this.pos(node) });
  }

  /** Reports and leaves the expression. */
  fail(code: ErrorCode, node: { start: number; end: number }, detail: ErrorDetail = {}): never {
    this.report(code, node, detail);
    throw new Bail();
  }

  /** Runs a part whose failure should not hide what comes after it. */
  attempt<T>(work: () => T): T | undefined {
    const { out, frame, returns } = this;
    const exits = this.exits.length;
    const depth = this.inlining.length;
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Bail)) throw error;
      this.out = out;
      this.frame = frame;
      this.returns = returns;
      this.exits.length = exits;
      this.inlining.length = depth;
      return undefined;
    }
  }

  // ---------------------------------------------------------------- names and locals

  /** The variable a declaration stands for in the current frame. */
  variable(decl: Decl): Variable {
    let frame: Frame = this.frame;
    while (frame.node !== decl.owner && frame.parent !== null) frame = frame.parent;
    return this.variableIn(frame, decl, decl.name, decl);
  }

  /** A variable that lives as long as its frame, under any key. */
  variableIn(frame: Frame, key: unknown, name: string, decl: Decl | null = null): Variable {
    let v = frame.vars.get(key);
    if (v === undefined) {
      v = new Variable(name, decl);
      frame.vars.set(key, v);
      this.variables.push(v);
    }
    return v;
  }

  field(variable: Variable, name: string): Variable {
    variable.fields ??= new Map();
    let v = variable.fields.get(name);
    if (v === undefined) {
      v = new Variable(`${variable.name}_${name}`, variable.decl);
      variable.fields.set(name, v);
      this.variables.push(v);
    }
    return v;
  }

  newLocal(name: string, type: Type): Local {
    return { id: this.localCount++, name, type };
  }

  label(): number {
    return this.labelCount++;
  }

  // ---------------------------------------------------------------- statements

  emit(stmt: Stmt): void {
    this.out.push(stmt);
  }

  /** Collects what `work` emits instead of emitting it. */
  collect<T>(work: () => T): { readonly stmts: Stmt[]; readonly value: T } {
    const outer = this.out;
    const stmts: Stmt[] = [];
    this.out = stmts;
    try {
      return { stmts, value: work() };
    } finally {
      this.out = outer;
    }
  }

  /** Evaluates now; the result does not change any more. */
  spill(expr: Expr, type: Type, name = 't'): Expr {
    if (isStable(expr)) return expr;
    const local = markStable(this.newLocal(name, type));
    this.emit({ kind: 'let', local, init: expr });
    return load({ kind: 'local', local }, type);
  }

  /** Values in order; what an effect of a later one could change is evaluated before it. */
  inOrder<T>(items: readonly T[], evaluate: (item: T) => Value): Value[] {
    const values: Value[] = [];
    for (const item of items) {
      const mark = this.out.length;
      const value = evaluate(item);
      if (this.out.slice(mark).some(hasEffect)) {
        const late = this.out.splice(mark);
        for (let k = 0; k < values.length; k++) values[k] = this.settled(values[k]!);
        this.out.push(...late);
      }
      values.push(value);
    }
    return values;
  }

  /** Evaluates the indices of a place now, so that it stays the same place. */
  fixed(place: Place): Place {
    switch (place.kind) {
      case 'field': case 'component': {
        const base = this.fixed(place.base);
        return base === place.base ? place : { ...place, base };
      }
      case 'index': {
        const base = this.fixed(place.base);
        const index = this.spill(place.index, place.index.type!, 'index');
        return base === place.base && index === place.index ? place : { ...place, base, index };
      }
      default: return place;
    }
  }

  /** The same value, evaluated here. Structs and arrays in memory stay references, as in JavaScript. */
  settled(value: Value): Value {
    if (value.kind === 'data') {
      if (value.expr.kind === 'load' && (value.type.kind === 'struct' || value.type.kind === 'array')) {
        const place = this.fixed(value.expr.place);
        return place === value.expr.place ? value : { ...value, expr: { ...value.expr, place } };
      }
      if (value.quotient !== undefined) {
        // Its operands are what may change; rounding it takes them, not the quotient in f32.
        const { left, right, type } = value.quotient;
        return quotientOf({ ...value.quotient, left: this.spill(left, type), right: this.spill(right, type) }, value.expr.pos, value.flex);
      }
      const expr = this.spill(value.expr, value.type);
      return expr === value.expr ? value : { ...value, expr };
    }
    if (value.kind === 'record') return { kind: 'record', fields: new Map([...value.fields].map(([k, v]) => [k, this.settled(v)])) };
    if (value.kind === 'list') return { kind: 'list', items: value.items.map((v) => this.settled(v)) };
    return value;
  }

  // ---------------------------------------------------------------- values

  expression(node: Expression, discard = false): Value {
    return this.parts.expression(this, node, discard);
  }

  /** A value at run time (or a literal turned into one). What is stored as half a word counts as f32. */
  data(value: Value, node: AnyNode): Data {
    switch (value.kind) {
      case 'data': return isHalf(value.type) ? data({ kind: 'convert', mode: 'exact', value: value.expr, type: scalarOf.f32 }, scalarOf.f32) : value;
      case 'lit': return literal(value.value);
      case 'void': this.fail('RK212', node, { name: value.of }); break;
      case 'unknown': throw new Bail();
      default: this.fail('RK129', node, { what: describe(value), hint: hintFor(value) });
    }
  }

  meet(flex: Flex | null, type: Type, strength: 'place' | 'meet' = 'meet'): void {
    if (flex !== null && type.kind === 'scalar') for (const v of flex.vars) v.demand(type.name, strength);
  }
}

// ---------------------------------------------------------------- pure helpers

export const load = (place: Place, type: Type): Expr => ({ kind: 'load', place, type });

export function constant(value: number | bigint | boolean, type: Type): Expr {
  if (type.kind !== 'scalar') throw new Error('a constant is a scalar');
  return { kind: 'const', type, value };
}

export function literal(value: number | bigint): Data {
  const type = literalType(value);
  return { kind: 'data', expr: constant(value, type), type, flex: { vars: [], frac: !isInt(type) }, nonneg: value >= 0 };
}

export const truthConst = (value: boolean): Data => data(constant(value, scalarOf.bool), scalarOf.bool);
export type ConstExpr = Extract<Expr, { kind: 'const' }>;
export const isConst = (value: Value): value is Omit<Data, 'expr'> & { readonly expr: ConstExpr } => value.kind === 'data' && value.expr.kind === 'const';

/** No later statement can change it, and evaluating it twice costs nothing. */
export function isStable(expr: Expr): boolean {
  if (expr.kind === 'const') return true;
  if (expr.kind === 'convert') return isStable(expr.value);
  if (expr.kind !== 'load') return false;
  return isStablePlace(expr.place);
}
function isStablePlace(place: Place): boolean {
  switch (place.kind) {
    case 'local': return stableLocals.has(place.local);
    case 'message': case 'constant': return true;
    case 'field': case 'component': return isStablePlace(place.base);
    case 'index': return isStablePlace(place.base) && isStable(place.index);
    default: return false;
  }
}

/** Locals that are written once, where they are declared. */
const stableLocals = new WeakSet<Local>();
export const markStable = (local: Local): Local => (stableLocals.add(local), local);

/** Whether a statement can be seen by an expression evaluated after instead of before it. */
export function hasEffect(stmt: Stmt): boolean {
  if (stmt.kind !== 'let') return true;
  return stmt.init !== null && (stmt.init.kind === 'send' || stmt.init.kind === 'invoke' || stmt.init.kind === 'call');
}

const kinds: Partial<Record<Value['kind'], string>> = {
  record: 'An object', list: 'An array literal', array: 'A buffer', context: 'The context', ports: '`send`', port: 'A port',
  uses: 'A record of constants', helper: 'A function', math: '`Math`', sharedMemory: '`shared`', intrinsic: 'A function', builtin: 'A function',
  method: 'A method', function: 'A function', range: 'A range',
};

export function describe(value: Value): string {
  if (value.kind === 'data') return called(value.type);
  if (value.kind === 'lit') return typeof value.value === 'bigint' ? 'bigint' : 'number';
  if (value.kind === 'global') return `\`${value.name}\``;
  if (value.kind === 'array') return `\`${value.name}\``;
  return kinds[value.kind] ?? value.kind;
}

export function hintFor(value: Value): string {
  switch (value.kind) {
    case 'record': return 'Take its fields one by one, or give it a struct type by sending, returning or storing it.';
    case 'list': return 'Bind it to a local with `const` and index it.';
    case 'function': case 'helper': case 'intrinsic': case 'builtin': case 'method': return 'Call it.';
    case 'array': return 'Read an element of it.';
    default: return 'Use one of its members.';
  }
}

export const typed = (value: Value): string => (value.kind === 'data' ? typeName(value.type) : describe(value));
