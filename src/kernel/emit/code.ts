/** Text of an expression with how tightly it binds, so that parentheses stand only where they must. */
export const binding = {
  any: 0, choice: 3, or: 4, and: 5, bit: 8, compare: 10, shift: 11, add: 12, mul: 13, unary: 15, primary: 16,
} as const;

export interface Code {
  readonly text: string;
  readonly binds: number;
}

/** `binds` left out: a name, a literal, a call, anything that needs no parentheses. */
export const code = (text: string, binds: number = binding.primary): Code => ({ text, binds });

/** The text, in parentheses when it binds less tightly than asked. */
export const within = (c: Code, min: number): string => (c.binds < min ? `(${c.text})` : c.text);

/** A prefix operator; `- -x` must not become `--x`. */
export const prefixed = (token: string, operand: Code): Code =>
  code(token + within(operand, operand.text.startsWith(token) ? binding.primary + 1 : binding.unary), binding.unary);
