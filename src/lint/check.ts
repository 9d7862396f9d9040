/** Finds the kernels of a file and asks the compiler about each; what it finds is kept with the file's tree. */
import { compileActor, compileDeviceFunction, compileGlobal, inspectFunction, type HandlerSource, type ParamSource } from '../kernel/compile.ts';
import { KernelCompileError, KernelError, type KernelDiagnostic } from '../kernel/diagnostics.ts';
import { unknownConstant, unknownPort, unknownType } from '../kernel/lower/unknown.ts';
import type { AnyFunction } from '../kernel/syntax.ts';
import { isTypeDescriptor, struct, type AnyType, type Struct } from '../layout/types.ts';
import { constants, Evaluator, fields, isExported, isPlain, unknown } from './evaluate.ts';
import { definitionOf, walk, type SourceCode, type TreeNode } from './tree.ts';

/** Something wrong with a kernel, at offsets in the file. */
export interface Finding {
  readonly code: string;
  readonly start: number;
  readonly end: number;
  readonly what: string;
  readonly fix: string;
}

type Options = Readonly<Record<string, unknown>>;

/** Which argument of a definition is the function, by the name of what defines it. */
const definers = { ringKernel: 'actor', globalKernel: 'global', deviceFunction: 'device', stencilKernel: 'loose', rawFunction: 'raw' } as const;

const isFunctionNode = (node: TreeNode): boolean => node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression';

const structOf = (value: unknown): Struct => {
  const found = typeof value === 'object' && value !== null ? (value as { struct?: unknown }).struct : undefined;
  return isTypeDescriptor(found) && found.kind === 'struct' ? found : unknownType;
};
const typeOf = (value: unknown): AnyType => (isTypeDescriptor(value) ? value : unknownType);
const isKnown = (value: unknown): value is object => typeof value === 'object' && value !== null;

class Checker {
  readonly findings: Finding[] = [];
  readonly #source: SourceCode;
  readonly #values: Evaluator;

  constructor(source: SourceCode, modules: (specifier: string) => boolean) {
    this.#source = source;
    this.#values = new Evaluator(source, modules);
  }

  run(): void {
    walk(this.#source.ast, (node) => { if (node.type === 'CallExpression') this.#call(node); });
    this.findings.sort((a, b) => a.start - b.start);
  }

  #call(node: TreeNode): void {
    const args = node['arguments'] as TreeNode[];
    const callee = node['callee'] as TreeNode;
    const defined = this.#definer(callee);
    if (defined !== null) {
      const given = args[0] === undefined ? unknown : this.#values.evaluate(args[0]);
      const options: Options = isPlain(given) ? given : {};
      const known = isPlain(given);
      const fn = this.#function(defined === 'raw' ? this.#property(args[0], 'reference') : args[1]);
      if (fn === null) return;
      if (defined === 'actor') this.#actor(options, known, [{ on: options['on'], reply: options['reply'], fn }]);
      else if (defined === 'global') this.#global(options, known, fn);
      else if (defined === 'device' || defined === 'raw') this.#device(options, known, fn, defined === 'raw');
      else this.#loose(fn);
      return;
    }
    // `ringKernel({ ... }).on(Message, Reply, handler)`
    const isOn = callee.type === 'MemberExpression' && callee['computed'] !== true && (callee['property'] as TreeNode)['name'] === 'on';
    const base = isOn ? this.#builder(callee['object'] as TreeNode) : null;
    const fn = base === null ? null : this.#function(args.at(-1));
    if (base === null || fn === null) return;
    const given = base === undefined ? unknown : this.#values.evaluate(base);
    const reply = args.length >= 3 ? this.#values.evaluate(args[1]!) : undefined;
    this.#actor(isPlain(given) ? given : {}, isPlain(given), [{ on: this.#values.evaluate(args[0]!), reply, fn }]);
  }

  #definer(callee: TreeNode): (typeof definers)[keyof typeof definers] | null {
    const value = callee.type === 'Identifier' || callee.type === 'MemberExpression' ? this.#values.evaluate(callee) : unknown;
    return isExported(value) ? definers[value.exported as keyof typeof definers] ?? null : null;
  }

  /** The options a builder was made with; undefined: not shown; null: no builder. */
  #builder(node: TreeNode): TreeNode | undefined | null {
    if (node.type === 'Identifier') {
      const found = definitionOf(this.#source, String(node['name']), node);
      const init = found?.type === 'Variable' ? found.node['init'] as TreeNode | null : null;
      return init === null ? null : this.#builder(init);
    }
    if (node.type !== 'CallExpression') return null;
    const callee = node['callee'] as TreeNode;
    if (this.#definer(callee) === 'actor') return (node['arguments'] as TreeNode[])[0];
    return callee.type === 'MemberExpression' && (callee['property'] as TreeNode)['name'] === 'on' ? this.#builder(callee['object'] as TreeNode) : null;
  }

  #property(object: TreeNode | undefined, name: string): TreeNode | undefined {
    if (object?.type !== 'ObjectExpression') return undefined;
    return (object['properties'] as TreeNode[]).find((p) => p.type === 'Property' && (p['key'] as TreeNode)['name'] === name)?.['value'] as TreeNode | undefined;
  }

  #function(node: TreeNode | undefined): AnyFunction | null {
    if (node === undefined) return null;
    if (isFunctionNode(node)) return this.#values.functionOf(node);
    const value = node.type === 'Identifier' ? this.#values.evaluate(node) : unknown;
    return typeof value === 'function' ? value as AnyFunction : null;
  }

  // ---------------------------------------------------------------- by kind

  /** Constants; a function that gives them later is not run. */
  #uses(options: Options, known: boolean): object {
    if (!known) return unknownConstant;
    const uses = options['uses'];
    if (uses === undefined) return {};
    const value = constants(uses);
    return isKnown(value) ? value : unknownConstant;
  }

  #actor(options: Options, known: boolean, handlers: readonly { on: unknown; reply: unknown; fn: AnyFunction }[]): void {
    const record = (key: string): Options | null | undefined => (options[key] === undefined ? (known ? undefined : null) : isPlain(options[key]) ? options[key] : null);
    const state = record('state');
    const sends = record('sends');
    const sources = handlers.map((h): HandlerSource => ({ message: structOf(h.on), reply: h.reply === undefined && known ? null : structOf(h.reply), fn: h.fn }));
    this.#compile(() => compileActor({
      id: 'kernel', handlers: sources, uses: this.#uses(options, known),
      state: state === undefined ? null : state === null ? unknownType : struct('state', fields(state) as never),
      ports: sends === undefined ? [] : sends === null ? [{ name: unknownPort, index: 0, message: unknownType }]
        : Object.entries(sends).map(([name, message], index) => ({ name, index, message: structOf(message) })),
    }));
  }

  #global(options: Options, known: boolean, fn: AnyFunction): void {
    const params = options['params'];
    if (!known || !isPlain(params)) return this.#loose(fn);
    const sources = Object.fromEntries(Object.entries(params).map(([name, p]): [string, ParamSource] => {
      const buffer = p as { kind?: unknown; elem?: AnyType; access?: 'read'; grid?: 0 } | null;
      if (isKnown(buffer) && buffer.kind === 'bufferParam') return [name, { kind: 'buffer', elem: buffer.elem!, access: buffer.access!, grid: buffer.grid! }];
      return [name, { kind: 'value', type: typeOf(p) }];
    }));
    this.#compile(() => compileGlobal({ id: 'kernel', params: sources, workgroup: [1, 1, 1], uses: this.#uses(options, known), fn }));
  }

  #device(options: Options, known: boolean, fn: AnyFunction, raw: boolean): void {
    const params = options['params'];
    const result = options[raw ? 'returns' : 'result'];
    if (!known || !isPlain(params) || !Object.values(params).every(isTypeDescriptor) || (result !== undefined && result !== null && !isTypeDescriptor(result))) return this.#loose(fn);
    const uses = this.#uses(options, known);
    this.#compile(() => compileDeviceFunction({
      id: 'function', fn, params: params as Readonly<Record<string, AnyType>>, result: (result as AnyType | null | undefined) ?? null, usesValue: () => uses, ...(raw ? { raw: {} } : {}),
    }));
  }

  #loose(fn: AnyFunction): void {
    const { diagnostics, sources } = inspectFunction(fn);
    this.#found(diagnostics.map((d: KernelDiagnostic) => new KernelError(d, sources)));
  }

  #compile(work: () => unknown): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof KernelCompileError)) throw error;
      this.#found(error.errors);
    }
  }

  #found(errors: readonly KernelError[]): void {
    for (const e of errors) {
      const fn = e.pos === null ? null : e.sources[e.pos.source]?.fn;
      const start = fn == null ? undefined : this.#values.starts.get(fn);
      if (start === undefined) continue;
      const finding: Finding = { code: e.code, start: start + e.pos!.start, end: start + e.pos!.end, what: e.what, fix: e.fix };
      // A helper of two kernels is wrong once.
      if (!this.findings.some((f) => f.start === finding.start && f.end === finding.end && f.what === finding.what)) this.findings.push(finding);
    }
  }
}

const known = new WeakMap<object, readonly Finding[]>();

/** Everything wrong with the kernels of a file, in order. */
export function findingsOf(source: SourceCode, modules: (specifier: string) => boolean): readonly Finding[] {
  let findings = known.get(source.ast);
  if (findings === undefined) {
    const checker = new Checker(source, modules);
    checker.run();
    known.set(source.ast, (findings = checker.findings));
  }
  return findings;
}
