/** Objects, classes and functions. */
import type { ArrowFunctionExpression, BlockStatement, ClassBody, Expression, FunctionExpression, Identifier, Pattern, PrivateIdentifier, Property, SpreadElement, Statement } from './nodes.ts';
import { ExpressionParser } from './expressions.ts';
import { asPattern } from './patterns.ts';

type Key = { readonly key: Expression | PrivateIdentifier; readonly computed: boolean };

export abstract class MemberParser extends ExpressionParser {
  protected abstract functionBody(): BlockStatement;
  protected abstract statementsUpTo(close: string): Statement[];

  protected override object(): Expression {
    const { start } = this;
    this.expect('{');
    const properties: (Property | SpreadElement)[] = [];
    while (!this.eat('}')) {
      properties.push(this.is('...') ? this.element() as SpreadElement : this.property());
      if (!this.is('}')) this.expect(',');
    }
    return this.node('ObjectExpression', start, { properties });
  }

  /** The token is one of these words in front of a member's name, not the name itself. */
  #modifier(word: string, ends: readonly string[]): boolean {
    if (!this.isWord(word)) return false;
    const back = this.save();
    this.next();
    if (this.kind !== 'end' && !ends.some((p) => this.is(p)) && !(word === 'async' && this.newline)) return true;
    back();
    return false;
  }

  #accessor(ends: readonly string[]): 'get' | 'set' | null {
    const without = [...ends, '*'];
    return this.#modifier('get', without) ? 'get' : this.#modifier('set', without) ? 'set' : null;
  }

  #key(): Key {
    if (this.eat('[')) {
      const key = this.assignment();
      this.expect(']');
      return { key, computed: true };
    }
    if (this.kind === 'private') return { key: this.privateName(), computed: false };
    return { key: this.kind === 'name' ? this.identifier() : this.kind === 'string' || this.kind === 'number' || this.kind === 'bigint' ? this.literal() : this.fail(), computed: false };
  }

  /** One property or method of an object. */
  property(): Property {
    const { start } = this;
    const ends = ['(', ',', '}', ':', '='];
    const async = this.#modifier('async', ends);
    const generator = this.eat('*');
    const accessor = async || generator ? null : this.#accessor(ends);
    const { key, computed } = this.#key() as { key: Expression; computed: boolean };
    const common = { method: false, shorthand: false, computed, key };
    if (accessor !== null) return this.node('Property', start, { ...common, value: this.method(false, false), kind: accessor });
    if (async || generator || this.is('(')) return this.node('Property', start, { ...common, method: true, value: this.method(async, generator), kind: 'init' as const });
    if (this.eat(':')) return this.node('Property', start, { ...common, value: this.assignment(), kind: 'init' as const });
    const value: Expression = { ...(key as Identifier) };
    if (!this.eat('=')) return this.node('Property', start, { ...common, shorthand: true, value, kind: 'init' as const });
    const covered = this.node('AssignmentPattern', key.start, { left: value as Pattern, right: this.assignment() }) as unknown as Expression;
    return this.node('Property', start, { ...common, shorthand: true, value: covered, kind: 'init' as const });
  }

  protected override classLike(type: 'ClassExpression' | 'ClassDeclaration'): Expression | Statement {
    const { start } = this;
    this.next();
    const id = this.kind === 'name' && !this.isWord('extends') ? this.identifier() : null;
    const from = (): Expression => {
      const { start: at } = this;
      return this.subscripts(this.primary(), at, true);
    };
    const superClass = this.eatWord('extends') ? from() : null;
    const bodyStart = this.start;
    this.expect('{');
    const members: ClassBody['body'] = [];
    while (!this.eat('}')) if (!this.eat(';')) members.push(this.#member());
    const body = this.node('ClassBody', bodyStart, { body: members });
    return this.node(type as 'ClassExpression', start, { id, superClass, body });
  }

  #member(): ClassBody['body'][number] {
    const { start } = this;
    const ends = ['(', ';', '}', '='];
    const isStatic = this.#modifier('static', ends);
    if (isStatic && this.eat('{')) return this.node('StaticBlock', start, { body: this.#inside(false, false, () => this.statementsUpTo('}')) });
    const async = this.#modifier('async', ends);
    const generator = this.eat('*');
    const accessor = async || generator ? null : this.#accessor(ends);
    const { key, computed } = this.#key();
    if (accessor !== null || async || generator || this.is('(')) {
      const name = key.type === 'Literal' ? key.value : key.type === 'Identifier' ? key.name : null;
      const kind = accessor ?? (name === 'constructor' && !computed && !isStatic ? 'constructor' as const : 'method' as const);
      return this.node('MethodDefinition', start, { static: isStatic, computed, key, kind, value: this.method(async, generator) });
    }
    const value = this.eat('=') ? this.#inside(false, false, () => this.assignment()) : null;
    this.semicolon();
    return this.node('PropertyDefinition', start, { static: isStatic, computed, key, value });
  }

  // ---------------------------------------------------------------- functions

  #inside<T>(async: boolean, generator: boolean, parse: () => T): T {
    const outer = [this.async, this.generator] as const;
    this.async = async;
    this.generator = generator;
    const parsed = parse();
    [this.async, this.generator] = outer;
    return parsed;
  }

  protected override functionExpression(async: boolean, declaration = false): Expression {
    const { start } = this;
    if (async) this.next();
    this.next();
    const generator = this.eat('*');
    const id = this.kind === 'name' ? this.identifier() : null;
    const rest = this.#paramsAndBody(async, generator);
    return this.node((declaration ? 'FunctionDeclaration' : 'FunctionExpression') as 'FunctionExpression', start, { id, ...rest });
  }

  /** Parameters and body of a method. */
  method(async: boolean, generator: boolean): FunctionExpression {
    const { start } = this;
    const rest = this.#paramsAndBody(async, generator);
    return this.node('FunctionExpression', start, { id: null, ...rest });
  }

  #paramsAndBody(async: boolean, generator: boolean): { expression: boolean; generator: boolean; async: boolean; params: Pattern[]; body: BlockStatement } {
    return this.#inside(async, generator, () => {
      const params = this.arguments().map((p) => asPattern(p));
      return { expression: false, generator, async, params, body: this.functionBody() };
    });
  }

  protected override arrow(start: number, params: Pattern[], async: boolean, noIn: boolean): Expression {
    this.expect('=>');
    return this.#inside(async, false, () => {
      const expression = !this.is('{');
      const body: ArrowFunctionExpression['body'] = expression ? this.assignment(noIn) : this.functionBody();
      return this.node('ArrowFunctionExpression', start, { id: null, expression, generator: false, async, params, body });
    });
  }
}
