/** Expressions, but for what has members of its own (`members.ts`). */
import type {
  AssignmentOperator, BinaryOperator, Expression, Identifier, Literal, LogicalOperator, Pattern, PrivateIdentifier, SpreadElement, Statement, Super,
  TemplateElement, TemplateLiteral,
} from './nodes.ts';
import { asPattern } from './patterns.ts';
import { Scanner } from './scan.ts';

/** A larger number binds more tightly. */
const precedence: Readonly<Record<string, number>> = {
  '??': 1, '||': 1, '&&': 2, '|': 3, '^': 4, '&': 5, '==': 6, '!=': 6, '===': 6, '!==': 6, '<': 7, '>': 7, '<=': 7, '>=': 7, in: 7, instanceof: 7,
  '<<': 8, '>>': 8, '>>>': 8, '+': 9, '-': 9, '*': 10, '/': 10, '%': 10,
};
const logical = new Set(['??', '||', '&&']);
const assignments = new Set(['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '>>>=', '|=', '^=', '&=', '**=', '||=', '&&=', '??=']);
const unary = new Set(['-', '+', '!', '~', 'typeof', 'void', 'delete']);
/** Words that no expression and no name begins with. */
const reserved = new Set((
  'break case catch const continue debugger default do else export extends finally for if in instanceof return switch throw try var while with'
).split(' '));

const arrowFollows = /\s*(?:=>|\/[/*])/y;

export type Element = Expression | SpreadElement;
/** What stands between parentheses, and the way back to the token behind them. */
interface Parentheses {
  readonly list: Element[];
  readonly start: number;
  readonly end: number;
  readonly resume: () => void;
}

export abstract class ExpressionParser extends Scanner {
  /** Whether `yield` and `await` are operators here. */
  protected generator = false;
  protected async = false;

  protected abstract object(): Expression;
  protected abstract classLike(type: 'ClassExpression' | 'ClassDeclaration'): Expression | Statement;
  /** From `async` or `function` on. */
  protected abstract functionExpression(async: boolean): Expression;
  /** From `=>` on. */
  protected abstract arrow(start: number, params: Pattern[], async: boolean, noIn: boolean): Expression;

  // ---------------------------------------------------------------- tokens

  /** The token is this punctuator. */
  is(value: string): boolean {
    return this.kind === 'punctuator' && this.value === value;
  }

  /** The token is this word. */
  isWord(value: string): boolean {
    return this.value === value && this.word;
  }

  eat(value: string): boolean {
    if (!this.is(value)) return false;
    this.next();
    return true;
  }

  eatWord(value: string): boolean {
    if (!this.isWord(value)) return false;
    this.next();
    return true;
  }

  expect(value: string): void {
    if (!this.eat(value)) this.fail();
  }

  /** A node from `start` to the end of the last token. */
  node<T extends string, F extends object>(type: T, start: number, fields: F): { type: T; start: number; end: number } & F {
    return { type, start, end: this.before, ...fields };
  }

  /** A statement's end: written, or implied by a line's end or a closing brace. */
  semicolon(): void {
    if (!this.eat(';') && !this.is('}') && this.kind !== 'end' && !this.newline) this.fail();
  }

  // ---------------------------------------------------------------- expressions

  expression(noIn = false): Expression {
    const { start } = this;
    const first = this.assignment(noIn);
    if (!this.is(',')) return first;
    const expressions = [first];
    while (this.eat(',')) expressions.push(this.assignment(noIn));
    return this.node('SequenceExpression', start, { expressions });
  }

  assignment(noIn = false): Expression {
    const { start } = this;
    if (this.generator && this.isWord('yield')) return this.#yield(noIn);
    const arrow = this.#asyncArrow(noIn) ?? this.#plainArrow(noIn);
    if (arrow !== null) return arrow;
    const left = this.#conditional(noIn);
    if (this.kind !== 'punctuator' || !assignments.has(this.value)) return left;
    const operator = this.value as AssignmentOperator;
    this.next();
    const target = operator === '=' ? asPattern(left) : left as Pattern;
    return this.node('AssignmentExpression', start, { operator, left: target, right: this.assignment(noIn) });
  }

  #yield(noIn: boolean): Expression {
    const { start } = this;
    this.next();
    const delegate = !this.newline && this.eat('*');
    const ends = this.newline || this.kind === 'end' || [')', ']', '}', ',', ';', ':', '?'].some((p) => this.is(p)) || this.isWord('in') || this.isWord('of');
    return this.node('YieldExpression', start, { delegate, argument: delegate || !ends ? this.assignment(noIn) : null });
  }

  #conditional(noIn: boolean): Expression {
    const { start } = this;
    const test = this.#binary(this.#unary(), start, 0, noIn);
    if (!this.eat('?')) return test;
    const consequent = this.assignment();
    this.expect(':');
    return this.node('ConditionalExpression', start, { test, consequent, alternate: this.assignment(noIn) });
  }

  #binary(from: Expression | PrivateIdentifier, start: number, above: number, noIn: boolean): Expression {
    let left = from;
    for (;;) {
      const level = this.kind === 'punctuator' || this.isWord('instanceof') || (this.isWord('in') && !noIn) ? precedence[this.value] : undefined;
      if (level === undefined || level <= above) return left as Expression;
      const operator = this.value;
      this.next();
      const rightStart = this.start;
      const right = this.#binary(this.#unary(), rightStart, level, noIn);
      left = logical.has(operator)
        ? this.node('LogicalExpression', start, { left: left as Expression, operator: operator as LogicalOperator, right })
        : this.node('BinaryExpression', start, { left, operator: operator as BinaryOperator, right });
    }
  }

  /** With a private name where `#x in object` has one. */
  #unary(): Expression {
    const { start, value } = this;
    if (this.kind === 'private') return this.privateName() as unknown as Expression;
    if (this.async && this.isWord('await')) {
      this.next();
      return this.#power(this.node('AwaitExpression', start, { argument: this.#unary() }), start);
    }
    if (this.is('++') || this.is('--')) {
      this.next();
      return this.#power(this.node('UpdateExpression', start, { operator: value as '++', prefix: true, argument: this.#unary() }), start);
    }
    if (unary.has(value) && (this.kind === 'punctuator' || this.word)) {
      this.next();
      return this.node('UnaryExpression', start, { operator: value as '-', prefix: true, argument: this.#unary() });
    }
    const operand = this.subscripts(this.primary(), start, true);
    if (!this.newline && (this.is('++') || this.is('--'))) {
      const operator = this.value as '++';
      this.next();
      return this.#power(this.node('UpdateExpression', start, { operator, prefix: false, argument: operand }), start);
    }
    return this.#power(operand, start);
  }

  #power(left: Expression, start: number): Expression {
    if (!this.eat('**')) return left;
    return this.node('BinaryExpression', start, { left, operator: '**' as const, right: this.#unary() });
  }

  privateName(): PrivateIdentifier {
    const { start, value: name } = this;
    this.next();
    return this.node('PrivateIdentifier', start, { name });
  }

  /** Member access, calls and tagged templates behind `from`. */
  subscripts(from: Expression | Super, start: number, calls: boolean): Expression {
    let base = from;
    let chained = false;
    for (;;) {
      const optional = calls && this.eat('?.');
      chained ||= optional;
      if (this.eat('[')) {
        const property = this.expression();
        this.expect(']');
        base = this.node('MemberExpression', start, { object: base, property, computed: true, optional });
      } else if (calls && this.is('(')) {
        base = this.node('CallExpression', start, { callee: base, arguments: this.arguments(), optional });
      } else if (this.kind === 'template' && !optional) {
        base = this.node('TaggedTemplateExpression', start, { tag: base as Expression, quasi: this.#template() });
      } else if (optional || this.eat('.')) {
        const property = this.kind === 'private' ? this.privateName() : this.name();
        base = this.node('MemberExpression', start, { object: base, property, computed: false, optional });
      } else break;
    }
    return chained ? this.node('ChainExpression', start, { expression: base as never }) : base as Expression;
  }

  arguments(): Element[] {
    this.expect('(');
    return this.#elements(')') as Element[];
  }

  /** Up to and with the closing punctuator; null: a hole. */
  #elements(close: string): (Element | null)[] {
    const list: (Element | null)[] = [];
    while (!this.eat(close)) {
      list.push(this.is(',') ? null : this.element());
      if (!this.is(close)) this.expect(',');
    }
    return list;
  }

  element(): Element {
    const { start } = this;
    if (!this.eat('...')) return this.assignment();
    return this.node('SpreadElement', start, { argument: this.assignment() });
  }

  primary(): Expression {
    const { start, value } = this;
    switch (this.kind) {
      case 'number': case 'bigint': case 'string': return this.literal();
      case 'template': return this.#template();
      case 'name': return this.word ? this.#word(start, value) : this.identifier();
      case 'punctuator': break;
      default: this.fail();
    }
    switch (value) {
      case '(': {
        const read = this.#read.get(start) ?? this.#parentheses();
        read.resume();
        const [first] = read.list;
        if (first === undefined) this.fail();
        return read.list.length === 1 ? first as Expression : { type: 'SequenceExpression', start: read.start, end: read.end, expressions: read.list as Expression[] };
      }
      case '[': {
        this.next();
        return this.node('ArrayExpression', start, { elements: this.#elements(']') });
      }
      case '{': return this.object();
      case '/': case '/=': {
        const regex = this.regex();
        this.next();
        return this.node('Literal', start, { regex, value: null, raw: this.text.slice(start, this.before) });
      }
      default: this.fail();
    }
  }

  #word(start: number, value: string): Expression {
    switch (value) {
      case 'this': this.next(); return this.node('ThisExpression', start, {});
      case 'null': this.next(); return this.node('Literal', start, { value: null, raw: value });
      case 'true': case 'false': this.next(); return this.node('Literal', start, { value: value === 'true', raw: value });
      case 'super': this.next(); return this.node('Super', start, {}) as unknown as Expression;
      case 'function': return this.functionExpression(false);
      case 'class': return this.classLike('ClassExpression') as Expression;
      case 'new': return this.#new();
      case 'import': return this.#import();
      default:
        if (reserved.has(value)) this.fail();
        if (value === 'async' && this.asyncFunction()) return this.functionExpression(true);
        return this.identifier();
    }
  }

  /** The token `async` is followed, on its line, by `function`. */
  asyncFunction(): boolean {
    const back = this.save();
    this.next();
    const found = this.isWord('function') && !this.newline;
    back();
    return found;
  }

  literal(): Literal {
    const { start, kind, value } = this;
    const raw = this.text.slice(start, this.end);
    this.next();
    if (kind === 'string') return this.node('Literal', start, { value, raw });
    const digits = value.replaceAll('_', '');
    if (kind === 'bigint') {
      const wide = BigInt(digits.slice(0, -1));
      return this.node('Literal', start, { value: wide, raw, bigint: String(wide) });
    }
    // 017: octal where no digit speaks against it.
    return this.node('Literal', start, { value: /^0[0-7]+$/.test(digits) ? parseInt(digits, 8) : Number(digits), raw });
  }

  #template(): TemplateLiteral {
    const { start } = this;
    const quasis: TemplateElement[] = [];
    const expressions: Expression[] = [];
    for (;;) {
      const { cooked, value: raw, open, end } = this;
      quasis.push({ type: 'TemplateElement', start: this.start + 1, end: end - (open ? 2 : 1), value: { raw, cooked }, tail: !open });
      this.next();
      if (!open) return this.node('TemplateLiteral', start, { expressions, quasis });
      expressions.push(this.expression());
      if (!this.is('}')) this.fail();
      this.template(this.start);
    }
  }

  #new(): Expression {
    const { start } = this;
    const meta = this.name();
    if (this.eat('.')) return this.node('MetaProperty', start, { meta, property: this.name() });
    const from = this.start;
    const callee = this.subscripts(this.primary(), from, false);
    return this.node('NewExpression', start, { callee, arguments: this.is('(') ? this.arguments() : [] });
  }

  #import(): Expression {
    const { start } = this;
    const meta = this.name();
    if (this.eat('.')) return this.node('MetaProperty', start, { meta, property: this.name() });
    const [source, options = null] = this.arguments() as Expression[];
    if (source === undefined) this.fail();
    return this.node('ImportExpression', start, { source, options });
  }

  /** Any word at all, as behind a dot. */
  name(): Identifier {
    if (this.kind !== 'name') this.fail();
    return this.identifier();
  }

  identifier(): Identifier {
    const { start, value: name } = this;
    if (this.kind !== 'name') this.fail();
    this.next();
    return this.node('Identifier', start, { name });
  }

  /** `async x => …` and `async (…) => …`; null, and nothing read, where there is none. */
  #asyncArrow(noIn: boolean): Expression | null {
    if (!this.isWord('async')) return null;
    const { start } = this;
    const back = this.save();
    this.next();
    const sameLine = !this.newline;
    let params: Pattern[] | null = null;
    if (sameLine && this.kind === 'name' && !this.isWord('function')) {
      const name = this.identifier();
      if (this.is('=>')) params = [name];
    } else if (sameLine && this.is('(')) {
      const list = this.arguments();
      if (this.is('=>') && !this.newline) params = list.map((p) => asPattern(p));
    }
    if (params !== null) return this.arrow(start, params, true, noIn);
    back();
    return null;
  }

  /** `x => …` and `(…) => …`. */
  #plainArrow(noIn: boolean): Expression | null {
    const { start } = this;
    if (this.kind === 'name') {
      // Most names are no parameters: a look at what follows, a comment perhaps, saves reading them twice.
      arrowFollows.lastIndex = this.end;
      if (!arrowFollows.test(this.text) || (this.word && reserved.has(this.value))) return null;
      const back = this.save();
      const name = this.identifier();
      if (this.is('=>') && !this.newline) return this.arrow(start, [name], false, noIn);
      back();
      return null;
    }
    if (!this.is('(')) return null;
    const back = this.save();
    const read = this.#parentheses();
    if (this.is('=>') && !this.newline) return this.arrow(start, read.list.map((p) => asPattern(p)), false, noIn);
    this.#read.set(start, read);
    back();
    return null;
  }

  /** Parentheses that were no parameters, by where they begin: they are an operand, and not read again. */
  readonly #read = new Map<number, Parentheses>();

  #parentheses(): Parentheses {
    this.expect('(');
    const { start } = this;
    const list: Element[] = [];
    let end = start;
    while (!this.is(')')) {
      list.push(this.element());
      end = this.before;
      if (!this.is(')')) this.expect(',');
    }
    this.next();
    return { list, start, end, resume: this.save() };
  }
}
