/** Tokens of a function's text, one at a time. The parser says where a `/` begins a regular expression and where a `}` goes on with a template. */

export type TokenKind = 'name' | 'private' | 'number' | 'bigint' | 'string' | 'template' | 'punctuator' | 'end';

/** The text is not what was expected at `pos`. */
export class ParseError extends Error {
  readonly pos: number;
  constructor(message: string, pos: number) {
    super(message);
    this.pos = pos;
  }
}

const cr = 13;
const lf = 10;
const isNewline = (c: number): boolean => c === lf || c === cr || c === 0x2028 || c === 0x2029;
const isDigit = (c: number): boolean => c >= 48 && c <= 57;

/** White space beyond ASCII. */
const isWideSpace = (c: number): boolean => c === 0xa0 || c === 0xfeff || c === 0x1680 || (c >= 0x2000 && c <= 0x200a) || c === 0x202f || c === 0x205f || c === 0x3000;

/** The text has been compiled once: whatever is beyond ASCII and neither space nor line end belongs to a name. */
const isNamePart = (c: number): boolean =>
  (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || isDigit(c) || c === 36 || c === 95 || c === 92 || (c > 127 && !isWideSpace(c) && !isNewline(c));

const punctuator = /\?\.(?!\d)|\.{3}|=>|\+\+|--|[=!]==?|(?:>>>?|<<|\*\*|&&|\|\||\?\?)=?|[-+*/%&|^<>]=?|[=!{}()[\];,~?:.@]/y;
const numeral = /0[xX][\da-fA-F_]+n?|0[oO][0-7_]+n?|0[bB][01_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?n?/y;

const simpleEscapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', v: '\v', f: '\f', r: '\r' };

/** Line ends as templates count them. */
const lines = (text: string): string => text.replace(/\r\n?/g, '\n');

export class Scanner {
  readonly text: string;
  kind: TokenKind = 'end';
  /** Name, punctuator, or what a string or template part says. */
  value = '';
  start = 0;
  end = 0;
  /** A line ends between the token before and this one. */
  newline = false;
  /** Where the token before ended. */
  before = 0;
  #escaped = false;

  constructor(text: string) {
    this.text = text;
  }

  fail(message = 'Unexpected token', at = this.start): never {
    throw new ParseError(message, at);
  }

  /** To come back to this token. */
  save(): () => void {
    const { kind, value, start, end, newline, before } = this;
    return () => { Object.assign(this, { kind, value, start, end, newline, before }); };
  }

  next(): void {
    this.before = this.end;
    this.newline = false;
    const at = this.#skip(this.end);
    this.start = at;
    if (at >= this.text.length) {
      this.#set('end', '', at);
      return;
    }
    const c = this.text.charCodeAt(at);
    if (isDigit(c) || (c === 46 && isDigit(this.text.charCodeAt(at + 1)))) return this.#number(at);
    if (c === 34 || c === 39) return this.#string(at, c);
    if (c === 96) return this.template(at);
    if (c === 35) return this.#name(at, at + 1, 'private');
    if (isNamePart(c)) return this.#name(at, at, 'name');
    this.#set('punctuator', this.#match(punctuator, at), punctuator.lastIndex);
  }

  #match(pattern: RegExp, at: number): string {
    pattern.lastIndex = at;
    return pattern.exec(this.text)?.[0] ?? this.fail(`Unexpected character '${this.text[at]!}'`);
  }

  #set(kind: TokenKind, value: string, end: number): void {
    this.kind = kind;
    this.value = value;
    this.end = end;
  }

  #skip(from: number): number {
    const { text } = this;
    let at = from;
    for (;;) {
      const c = text.charCodeAt(at);
      if (isNewline(c)) {
        this.newline = true;
        at++;
      } else if (c === 32 || (c >= 9 && c <= 12) || isWideSpace(c)) at++;
      else if (c === 47 && text.charCodeAt(at + 1) === 47) {
        while (at < text.length && !isNewline(text.charCodeAt(at))) at++;
      } else if (c === 47 && text.charCodeAt(at + 1) === 42) {
        const close = text.indexOf('*/', at + 2);
        if (close < 0) this.fail('Unterminated comment', at);
        for (let i = at; i < close; i++) if (isNewline(text.charCodeAt(i))) this.newline = true;
        at = close + 2;
      } else return at;
    }
  }

  #name(start: number, from: number, kind: 'name' | 'private'): void {
    const { text } = this;
    let at = from;
    let escaped = false;
    while (isNamePart(text.charCodeAt(at))) {
      if (text.charCodeAt(at) === 92) {
        escaped = true;
        // The braces of \u{61}.
        if (text[at + 2] === '{') at = text.indexOf('}', at);
      }
      at++;
    }
    if (at === from) this.fail(`Unexpected character '${text[start]!}'`);
    const raw = text.slice(from, at);
    this.#set(kind, escaped ? raw.replace(/\\u(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{4}))/g, (_, a: string | undefined, b: string) => String.fromCodePoint(parseInt(a ?? b, 16))) : raw, at);
    this.#escaped = escaped;
  }

  /** A word spelled without escapes: only then it can be a keyword. */
  get word(): boolean {
    return this.kind === 'name' && !this.#escaped;
  }

  #number(start: number): void {
    const raw = this.#match(numeral, start);
    const big = raw.endsWith('n');
    this.#set(big ? 'bigint' : 'number', raw, start + raw.length);
  }

  #string(start: number, quote: number): void {
    const { text } = this;
    let at = start + 1;
    let out = '';
    let from = at;
    for (;;) {
      const c = text.charCodeAt(at);
      if (at >= text.length || c === lf || c === cr) this.fail('Unterminated string constant');
      if (c === quote) break;
      if (c === 92) {
        out += text.slice(from, at);
        const [value, end] = this.#escape(at + 1);
        out += value ?? '';
        at = end;
        from = at;
      } else at++;
    }
    this.#set('string', out + text.slice(from, at), at + 1);
  }

  /** What stands behind a backslash, and where it ends; null: nothing a template could mean. */
  #escape(at: number): [string | null, number] {
    const { text } = this;
    const c = text[at]!;
    const hex = (from: number, to: number): [string | null, number] => {
      const digits = text.slice(from, to);
      return /^[0-9a-fA-F]+$/.test(digits) && parseInt(digits, 16) <= 0x10ffff ? [String.fromCodePoint(parseInt(digits, 16)), to] : [null, at + 1];
    };
    if (c in simpleEscapes) return [simpleEscapes[c]!, at + 1];
    if (c === '\r') return ['', text.charCodeAt(at + 1) === lf ? at + 2 : at + 1];
    if (isNewline(c.charCodeAt(0))) return ['', at + 1];
    if (c === 'x') return hex(at + 1, at + 3);
    if (c === 'u') {
      if (text[at + 1] !== '{') return hex(at + 1, at + 5);
      const close = text.indexOf('}', at);
      const [value] = hex(at + 2, close);
      return value === null ? [null, at + 1] : [value, close + 1];
    }
    const octal = /^(?:[0-3][0-7]{0,2}|[4-7][0-7]?)/.exec(text.slice(at, at + 3))?.[0];
    if (octal !== undefined) return [String.fromCharCode(parseInt(octal, 8)), at + octal.length];
    const point = String.fromCodePoint(text.codePointAt(at)!);
    return [point, at + point.length];
  }

  /** What a part of a template says; null where its escapes say nothing. */
  cooked: string | null = null;
  /** The part is followed by `${`. */
  open = false;

  /** A template's part that begins behind the character at `start`: a back quote, or a `}`. */
  template(start: number): void {
    const { text } = this;
    let at = start + 1;
    let cooked: string | null = '';
    let from = at;
    for (;;) {
      if (at >= text.length) this.fail('Unterminated template', start);
      const c = text[at]!;
      if (c === '`' || (c === '$' && text[at + 1] === '{')) break;
      if (c === '\\') {
        const [value, end]: [string | null, number] = /^[0-9]/.test(text[at + 1]!) && !/^0(?![0-9])/.test(text.slice(at + 1, at + 3)) ? [null, at + 2] : this.#escape(at + 1);
        cooked = cooked === null || value === null ? null : cooked + lines(text.slice(from, at)) + value;
        at = end;
        from = at;
      } else at++;
    }
    this.start = start;
    this.cooked = cooked === null ? null : cooked + lines(text.slice(from, at));
    this.open = text[at] === '$';
    this.#set('template', lines(text.slice(start + 1, at)), at + (this.open ? 2 : 1));
  }

  /** Goes on from a `/` that begins a regular expression; `value` is its pattern and what follows it the flags. */
  regex(): { readonly pattern: string; readonly flags: string } {
    const { text, start } = this;
    let at = start + 1;
    for (let inClass = false; ; at++) {
      const c = text[at];
      if (c === undefined || isNewline(c.charCodeAt(0))) this.fail('Unterminated regular expression');
      if (c === '\\') at++;
      else if (c === '[') inClass = true;
      else if (c === ']') inClass = false;
      else if (c === '/' && !inClass) break;
    }
    const pattern = text.slice(start + 1, at);
    const from = ++at;
    while (isNamePart(text.charCodeAt(at))) at++;
    this.#set('punctuator', '/', at);
    return { pattern, flags: text.slice(from, at) };
  }
}
