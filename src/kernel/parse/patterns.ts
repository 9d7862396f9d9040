import type { Element } from './expressions.ts';
import type { Pattern } from './nodes.ts';
import { ParseError } from './scan.ts';

/** An expression that turned out to be assigned to, or to be a parameter. */
export function asPattern(from: Element | Pattern): Pattern {
  switch (from.type) {
    case 'ObjectExpression':
      return { ...from, type: 'ObjectPattern', properties: from.properties.map((p) =>
        (p.type === 'SpreadElement' ? asPattern(p) : { ...p, value: asPattern(p.value) }) as never) };
    case 'ArrayExpression': return { ...from, type: 'ArrayPattern', elements: from.elements.map((e) => (e === null ? null : asPattern(e))) };
    case 'SpreadElement': return { ...from, type: 'RestElement', argument: asPattern(from.argument) };
    case 'AssignmentExpression': {
      const { type: _type, operator: _operator, ...rest } = from;
      return { type: 'AssignmentPattern', ...rest };
    }
    case 'Identifier': case 'MemberExpression': case 'ObjectPattern': case 'ArrayPattern': case 'AssignmentPattern': case 'RestElement': return from;
    default: throw new ParseError('Assigning to rvalue', from.start);
  }
}
