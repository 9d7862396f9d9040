/**
 * Parses the text of a function. The text comes from `Function.prototype.toString`, so a JavaScript engine has
 * compiled it once: the parser finds its structure and leaves out all checks that a compiler makes of text it
 * sees for the first time (early errors, patterns of regular expressions, which letters a name may have).
 * What it makes is what `acorn` makes, which the tests hold it to.
 */
import type { BlockStatement, CatchClause, Expression, Pattern, Property, Statement, SwitchCase, VariableDeclaration, VariableDeclarator } from './nodes.ts';
import { MemberParser } from './members.ts';
import { asPattern } from './patterns.ts';

export { ParseError } from './scan.ts';

class Parser extends MemberParser {
  #block(): BlockStatement {
    const { start } = this;
    this.expect('{');
    return this.node('BlockStatement', start, { body: this.statementsUpTo('}') });
  }

  protected override functionBody(): BlockStatement {
    const body = this.#block();
    for (const s of body.body) {
      if (s.type !== 'ExpressionStatement' || s.expression.type !== 'Literal' || typeof s.expression.value !== 'string' || s.expression.start !== s.start) break;
      s.directive = s.expression.raw!.slice(1, -1);
    }
    return body;
  }

  protected override statementsUpTo(close: string): Statement[] {
    const list: Statement[] = [];
    while (!this.eat(close)) list.push(this.#statement());
    return list;
  }

  #statement(): Statement {
    const { start } = this;
    if (this.is('{')) return this.#block();
    if (this.eat(';')) return this.node('EmptyStatement', start, {});
    return (this.word ? this.#keyword(start) : null) ?? this.#expressionStatement(start);
  }

  #expressionStatement(start: number): Statement {
    const labelled = this.kind === 'name';
    const expression = this.expression();
    if (labelled && expression.type === 'Identifier' && this.eat(':')) return this.node('LabeledStatement', start, { label: expression, body: this.#statement() });
    this.semicolon();
    return this.node('ExpressionStatement', start, { expression });
  }

  /** A statement that begins with a word of its own; null: it is an expression. */
  #keyword(start: number): Statement | null {
    switch (this.value) {
      case 'var': case 'const': return this.#declaration(start);
      case 'let': return this.#declares() ? this.#declaration(start) : null;
      case 'using': return this.#declares(false) ? this.#declaration(start) : null;
      case 'function': return this.functionExpression(false, true) as unknown as Statement;
      case 'async': return this.asyncFunction() ? this.functionExpression(true, true) as unknown as Statement : null;
      case 'class': return this.classLike('ClassDeclaration') as Statement;
      case 'if': {
        this.next();
        const test = this.#condition();
        const consequent = this.#statement();
        return this.node('IfStatement', start, { test, consequent, alternate: this.eatWord('else') ? this.#statement() : null });
      }
      case 'for': return this.#for(start);
      case 'while': {
        this.next();
        return this.node('WhileStatement', start, { test: this.#condition(), body: this.#statement() });
      }
      case 'do': {
        this.next();
        const body = this.#statement();
        if (!this.eatWord('while')) this.fail();
        const test = this.#condition();
        this.eat(';');
        return this.node('DoWhileStatement', start, { body, test });
      }
      case 'return': {
        this.next();
        const argument = this.#ended ? null : this.expression();
        this.semicolon();
        return this.node('ReturnStatement', start, { argument });
      }
      case 'throw': {
        this.next();
        const argument = this.expression();
        this.semicolon();
        return this.node('ThrowStatement', start, { argument });
      }
      case 'break': case 'continue': {
        const type = this.value === 'break' ? 'BreakStatement' as const : 'ContinueStatement' as const;
        this.next();
        const label = this.#ended ? null : this.identifier();
        this.semicolon();
        return this.node(type, start, { label });
      }
      case 'switch': return this.#switch(start);
      case 'try': return this.#try(start);
      case 'with': {
        this.next();
        return this.node('WithStatement', start, { object: this.#condition(), body: this.#statement() });
      }
      case 'debugger':
        this.next();
        this.semicolon();
        return this.node('DebuggerStatement', start, {});
      default: return null;
    }
  }

  /** Nothing more belongs to the statement. */
  get #ended(): boolean {
    return this.newline || this.is(';') || this.is('}') || this.kind === 'end';
  }

  #condition(): Expression {
    this.expect('(');
    const test = this.expression();
    this.expect(')');
    return test;
  }

  /** `let` and `using` are names where nothing follows that could be declared. */
  #declares(patterns = true): boolean {
    const back = this.save();
    this.next();
    const found = this.kind === 'name' ? !this.isWord('in') && !this.isWord('instanceof') && (patterns || (!this.newline && !this.isWord('of')))
      : patterns && (this.is('[') || this.is('{'));
    back();
    return found;
  }

  #declaration(start: number): VariableDeclaration {
    const declared = this.#declarators(false);
    this.semicolon();
    return this.node('VariableDeclaration', start, declared);
  }

  #declarators(noIn: boolean): { declarations: VariableDeclarator[]; kind: VariableDeclaration['kind'] } {
    const kind = this.value as VariableDeclaration['kind'];
    this.next();
    const declarations: VariableDeclarator[] = [];
    do {
      const { start } = this;
      const id = this.#binding();
      const init = this.eat('=') ? this.assignment(noIn) : null;
      declarations.push(this.node('VariableDeclarator', start, { id, init }));
    } while (this.eat(','));
    return { declarations, kind };
  }

  /** What a declaration declares. */
  #binding(): Pattern {
    return asPattern(this.primary());
  }

  #for(start: number): Statement {
    this.next();
    const waits = this.eatWord('await');
    this.expect('(');
    const { start: from } = this;
    let init: VariableDeclaration | Expression | null = null;
    if (this.isWord('var') || this.isWord('const') || (this.isWord('let') && this.#declares()) || (this.isWord('using') && this.#declares(false))) {
      init = this.node('VariableDeclaration', from, this.#declarators(true));
    } else if (!this.is(';')) init = this.expression(true);
    for (const [word, type] of [['of', 'ForOfStatement'], ['in', 'ForInStatement']] as const) {
      if (init === null || !this.eatWord(word)) continue;
      const left = init.type === 'VariableDeclaration' ? init : asPattern(init);
      const right = type === 'ForOfStatement' ? this.assignment() : this.expression();
      this.expect(')');
      return this.node(type as 'ForOfStatement', start, { ...(type === 'ForOfStatement' ? { await: waits } : {}) as { await: boolean }, left, right, body: this.#statement() });
    }
    this.expect(';');
    const test = this.is(';') ? null : this.expression();
    this.expect(';');
    const update = this.is(')') ? null : this.expression();
    this.expect(')');
    return this.node('ForStatement', start, { init, test, update, body: this.#statement() });
  }

  #switch(start: number): Statement {
    this.next();
    const discriminant = this.#condition();
    this.expect('{');
    const cases: SwitchCase[] = [];
    while (!this.eat('}')) {
      const { start: from } = this;
      const test = this.eatWord('default') ? null : this.eatWord('case') ? this.expression() : this.fail();
      this.expect(':');
      const consequent: Statement[] = [];
      while (!this.is('}') && !this.isWord('case') && !this.isWord('default')) consequent.push(this.#statement());
      cases.push(this.node('SwitchCase', from, { test, consequent }));
    }
    return this.node('SwitchStatement', start, { discriminant, cases });
  }

  #try(start: number): Statement {
    this.next();
    const block = this.#block();
    const { start: from } = this;
    let handler: CatchClause | null = null;
    if (this.eatWord('catch')) {
      let param: Pattern | null = null;
      if (this.eat('(')) {
        param = this.#binding();
        this.expect(')');
      }
      handler = this.node('CatchClause', from, { param, body: this.#block() });
    }
    return this.node('TryStatement', start, { block, handler, finalizer: this.eatWord('finally') ? this.#block() : null });
  }

  /** `read`, and nothing behind it. */
  whole<T>(read: () => T): T {
    this.next();
    const found = read();
    if (this.kind !== 'end') this.fail();
    return found;
  }
}

/** The text of a function expression, an arrow function or a class. Throws `ParseError`. */
export function parseExpression(text: string): Expression {
  const parser = new Parser(text);
  return parser.whole(() => parser.expression());
}

/** The text of a method, as it stands in an object or a class. Throws `ParseError`. */
export function parseMethod(text: string): Property {
  const parser = new Parser(text);
  return parser.whole(() => parser.property());
}
