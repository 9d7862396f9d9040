/** The IR as readable text: what `ringkernel codegen --target ir` prints. Loses nothing but source positions. */
import { typeName } from '../layout/types.ts';
import type { BinaryOp, CompareOp, Expr, FieldValue, Func, Local, Place, Program, Stmt } from './ir.ts';

const operators: Readonly<Record<BinaryOp, string>> = {
  add: '+', sub: '-', mul: '*', div: '/', idiv: 'div', imod: 'mod', floordiv: 'floordiv', ceildiv: 'ceildiv', rem: '%',
  and: '&', or: '|', xor: '^', shl: '<<', shr: '>>',
};
const comparisons: Readonly<Record<CompareOp, string>> = { eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' };
const unaries = { neg: '-', not: '!', bnot: '~' } as const;

const nameOf = (l: Local): string => `${l.name}#${l.id}`;
const declared = (l: Local): string => `${nameOf(l)}: ${typeName(l.type)}`;
const list = (items: readonly Expr[]): string => items.map(printExpr).join(', ');
const fieldsText = (fields: readonly FieldValue[]): string => `{ ${fields.map((f) => `${f.name}: ${printExpr(f.value)}`).join(', ')} }`;

export function printPlace(p: Place): string {
  switch (p.kind) {
    case 'local': return nameOf(p.local);
    case 'state': case 'message': return p.kind;
    case 'constant': return p.constant.name;
    case 'buffer': return p.param.name;
    case 'shared': return p.shared.name;
    case 'field': return `${printPlace(p.base)}.${p.name}`;
    case 'component': return `${printPlace(p.base)}.${'xyzw'[p.component]}`;
    // A proven index needs no test.
    case 'index': return `${printPlace(p.base)}[${p.proven ? '' : '?'}${printExpr(p.index)}]`;
  }
}

export function printExpr(e: Expr): string {
  switch (e.kind) {
    case 'const': return `${Object.is(e.value, -0) ? '-0' : e.value}:${e.type.name}`;
    case 'load': return printPlace(e.place);
    case 'unary': return `${unaries[e.op]}${printExpr(e.value)}`;
    case 'binary': return `(${printExpr(e.left)} ${operators[e.op]} ${printExpr(e.right)})`;
    case 'compare': return `(${printExpr(e.left)} ${comparisons[e.op]} ${printExpr(e.right)})`;
    case 'logical': return `(${printExpr(e.left)} ${e.op === 'and' ? '&&' : '||'} ${printExpr(e.right)})`;
    case 'select': return `(${printExpr(e.test)} ? ${printExpr(e.then)} : ${printExpr(e.else)})`;
    case 'convert': return `${typeName(e.type)}.${e.mode}(${printExpr(e.value)})`;
    case 'call': return `@${e.name}(${[...e.places.map((p) => `&${printPlace(p)}`), ...e.args.map(printExpr)].join(', ')})`;
    case 'invoke': return `${e.fn.name}(${list(e.args)})`;
    case 'construct': return `${typeName(e.type)}(${list(e.parts)})`;
    case 'extract': return `${printExpr(e.value)}.${e.part}`;
    case 'send': return `send ${e.port.name} ${fieldsText(e.fields)}`;
  }
}

export function printStmt(s: Stmt, depth = 0): string[] {
  const pad = '  '.repeat(depth);
  const body = (stmts: readonly Stmt[]): string[] => stmts.flatMap((x) => printStmt(x, depth + 1));
  switch (s.kind) {
    case 'let': return [`${pad}let ${declared(s.local)} = ${s.init === null ? '0' : printExpr(s.init)}`];
    case 'assign': return [`${pad}${printPlace(s.place)} = ${printExpr(s.value)}`];
    case 'exec': return [pad + printExpr(s.value)];
    case 'if': return [
      `${pad}if ${printExpr(s.test)} {`, ...body(s.then),
      ...(s.else.length > 0 ? [`${pad}} else {`, ...body(s.else)] : []), `${pad}}`,
    ];
    case 'loop': {
      const tests = [s.pretest === null ? '' : ` while ${printExpr(s.pretest)}`, s.posttest === null ? '' : ` until not ${printExpr(s.posttest)}`];
      return [
        `${pad}loop @${s.id}${tests.join('')} {`, ...body(s.body),
        ...(s.update.length > 0 ? [`${pad}} update {`, ...body(s.update)] : []), `${pad}}`,
      ];
    }
    case 'block': return [`${pad}block @${s.id} {`, ...body(s.body), `${pad}}`];
    case 'switch': return [
      `${pad}switch @${s.id} ${printExpr(s.subject)} {`,
      ...s.cases.flatMap((c) => [`${pad}case ${c.values.join(', ')}:`, ...body(c.body)]),
      ...(s.otherwise.length > 0 ? [`${pad}default:`, ...body(s.otherwise)] : []), `${pad}}`,
    ];
    case 'break': case 'continue': return [`${pad}${s.kind} @${s.target}`];
    case 'return': return [s.value === null ? `${pad}return` : `${pad}return ${printExpr(s.value)}`];
    case 'reply': return [`${pad}reply ${s.message.name} ${fieldsText(s.fields)}`];
    case 'debug': return [`${pad}debug #${s.format}(${list(s.args)})`];
  }
}

function printFunc(head: string, fn: Func): string[] {
  const result = fn.result === null ? '' : `: ${typeName(fn.result)}`;
  const raw = Object.entries(fn.raw ?? {}).map(([target, { text }]) => `  raw ${target} ${JSON.stringify(text)}`);
  return [`${head}(${fn.params.map(declared).join(', ')})${result} {`, ...raw, ...fn.body.flatMap((s) => printStmt(s, 1)), '}'];
}

export function printIr(program: Program): string {
  const lines = [`${program.kind} ${JSON.stringify(program.id)}${program.needs.size > 0 ? ` needs ${[...program.needs].join(', ')}` : ''}`];
  for (const c of program.constants) lines.push(`constant ${c.name}: ${c.elem.name}[${c.length}]`);
  for (const s of program.shared) lines.push(`shared ${s.name}: ${s.elem.name}[${s.length}]`);
  program.formats.forEach((f, i) => lines.push(`format #${i} ${f.kind === 'debug' ? '' : `${f.kind} `}${JSON.stringify(f.text)}`));
  for (const fn of program.functions) lines.push('', ...printFunc(`function ${fn.name}`, fn));
  switch (program.kind) {
    case 'actor':
      if (program.state !== null) lines.push(`state { ${program.state.fields.map((f) => `${f.name}: ${typeName(f.type)}`).join(', ')} }`);
      for (const p of program.ports) lines.push(`port ${p.name}: ${p.message.name}`);
      for (const h of program.handlers) lines.push('', ...printFunc(`on ${h.message.name}${h.reply === null ? '' : ` -> ${h.reply.name}`} `, h.func));
      break;
    case 'global':
      lines.push(`workgroup ${program.workgroup.join(' x ')}`);
      for (const p of program.params) {
        lines.push(p.kind === 'value' ? `value ${declared(p.local)}` : `${p.access} ${p.name}: ${p.grid === 0 ? 'array' : `grid${p.grid}`}<${typeName(p.elem)}>`);
      }
      lines.push('', ...printFunc('thread', program.func));
      break;
    case 'function': lines.push('', ...printFunc(`function ${program.func.name}`, program.func)); break;
  }
  return `${lines.join('\n')}\n`;
}
