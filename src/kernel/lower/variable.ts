/**
 * Locals and how they find their types. A unit is lowered several times; each time every local hears what
 * is assigned to it and what it meets, and between two times it settles on the join. When nothing changes
 * any more, the last lowering is the program.
 */
import type { Local } from '../ir.ts';
import type { Decl, FunctionNode, ParsedFunction } from '../syntax.ts';
import { f32, f64, i32, i64, sameType, u32, u64, type ScalarName } from '../../layout/types.ts';
import { fits, isFractional, isInt, isInt64, nameOf, rank, type Type } from './types.ts';
import type { Flex, Value } from './value.ts';

/** One activation of a function: the unit's own, or one inlined call. */
export interface Frame {
  readonly node: FunctionNode;
  /** The text it stands in, and that text's number among the program's sources. */
  readonly parsed: ParsedFunction;
  readonly source: number;
  /** The frame in whose text the function stands. */
  readonly parent: Frame | null;
  readonly vars: Map<unknown, Variable>;
  /** Frames of calls inlined from here, by call node. */
  readonly calls: Map<unknown, Frame>;
}

export const newFrame = (node: FunctionNode, parsed: ParsedFunction, source: number, parent: Frame | null): Frame =>
  ({ node, parsed, source, parent, vars: new Map(), calls: new Map() });

export class Variable {
  readonly name: string;
  readonly decl: Decl | null;
  /** Settled type; null before the first time round. For arrays: of the elements. */
  type: Type | null = null;
  /** Holds only literals and other flexible locals: its type follows what it meets. */
  flexible = true;
  /** Proven never negative (holds from the second time round). */
  nonneg = true;
  /** Fixed array of this many elements; null for plain locals. */
  length: number | null = null;
  /** Fields, when it holds an object literal. */
  fields: Map<string, Variable> | null = null;

  /** What it stands for, when it needs no storage. Set anew each time round. */
  alias: Value | null = null;
  local: Local | null = null;
  /** An assignment to it failed: what it holds is unknown, and reading it is no news. */
  failed = false;
  /** A vector that has a second name: writing to its components would change only one of them. Stays, once found. */
  copied = false;
  /** Used as an index: an integer, whatever float places it is also stored into. */
  index = false;

  private concrete: Type[] = [];
  private lits: (number | bigint)[] = [];
  private sources = new Set<Variable>();
  private frac = false;
  private big = false;
  private negative = false;
  private readonly places = new Set<ScalarName>();
  private readonly meets = new Set<ScalarName>();

  constructor(name: string, decl: Decl | null) {
    this.name = name;
    this.decl = decl;
  }

  begin(): void {
    this.alias = null;
    this.local = null;
    this.failed = false;
    this.concrete = [];
    this.lits = [];
    this.sources.clear();
    this.frac = false;
    this.big = false;
    this.negative = false;
  }

  hearLiteral(value: number | bigint): void {
    this.lits.push(value);
    if (value < 0) this.negative = true;
  }

  hear(type: Type, flex: Flex | null, nonneg: boolean): void {
    if (!nonneg) this.negative = true;
    if (flex === null) {
      if (!this.concrete.some((t) => sameType(t, type))) this.concrete.push(type);
      return;
    }
    for (const v of flex.vars) if (v !== this) this.sources.add(v);
    if (flex.frac) this.frac = true;
    if (isInt64(type)) this.big = true;
  }

  /** Stored into a place of this type, or used where it decides. */
  demand(name: ScalarName, strength: 'place' | 'meet'): void {
    (strength === 'place' ? this.places : this.meets).add(name);
  }

  /** Decides the type anew; true if it changed. */
  settle(): boolean {
    if (this.concrete.length === 0 && this.lits.length === 0 && this.sources.size === 0 && !this.big && !this.frac && this.type !== null && !this.flexible) return false;
    const before = this.type;
    const wasFlexible = this.flexible;
    const wasNonneg = this.nonneg;
    this.flexible = this.concrete.length === 0;
    this.nonneg = this.nonneg && !this.negative;
    const type = this.flexible ? this.flexibleType() : this.joined();
    const name = nameOf(type);
    if (isInt(type) && name !== null) {
      // What flows into it takes part in its decision.
      const decided = !this.flexible || this.places.has(name) || this.meets.has(name);
      if (decided) for (const source of this.sources) source.meets.add(name);
    }
    this.type = type;
    return before === null || !sameType(before, type) || wasFlexible !== this.flexible || wasNonneg !== this.nonneg;
  }

  private flexibleType(): Type {
    const asked = (name: ScalarName): boolean => this.places.has(name) || this.meets.has(name);
    if (this.big || this.lits.some((v) => typeof v === 'bigint')) {
      const needsUnsigned = this.lits.some((v) => !fits(v, i64));
      return (asked('u64') && !asked('i64') && this.lits.every((v) => fits(v, u64))) || needsUnsigned ? u64 : i64;
    }
    const frac = this.frac || this.lits.some(isFractional);
    const floatPlaces = !this.index || frac;
    if ((floatPlaces && this.places.has('f64')) || (frac && this.meets.has('f64'))) return f64;
    if (floatPlaces && this.places.has('f32')) return f32;
    if (frac) return f32;
    const unsigned = this.lits.every((v) => fits(v, u32));
    if (asked('u32') && !asked('i32') && unsigned) return u32;
    return this.lits.every((v) => fits(v, i32)) ? i32 : unsigned ? u32 : f32;
  }

  /** The first type stays where there is no join; the assignment that does not fit reports it. */
  private joined(): Type {
    let type = this.concrete[0]!;
    for (const next of this.concrete) {
      const a = nameOf(type);
      const b = nameOf(next);
      if (a !== null && b !== null && rank[a] > 0 && rank[b] > rank[a]) type = next;
    }
    const name = nameOf(type);
    if (name !== null && rank[name] === 1) {
      if (this.frac || this.lits.some(isFractional)) return f32;
    }
    return type;
  }
}
