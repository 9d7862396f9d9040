import type { Instr } from './instr.ts';
import type { FuncBody, WasmModule } from './module.ts';

const quote = (text: string): string => JSON.stringify(text);

/** The module in a text form close to WebAssembly's own, one instruction a line. */
export function listModule(module: WasmModule): string {
  const lines: string[] = ['(module'];
  if (module.table !== null) lines.push(`  (import ${quote(module.table[0])} ${quote(module.table[1])} (table 0 funcref))`);
  if (module.memory !== null) {
    const { from, min, max, shared } = module.memory;
    lines.push(`  (import ${quote(from[0])} ${quote(from[1])} (memory ${min}${max === null ? '' : ` ${max}`}${shared ? ' shared' : ''}))`);
  }
  for (const g of module.globals) {
    if (g.from !== null) lines.push(`  (import ${quote(g.from[0])} ${quote(g.from[1])} (global $${g.name} ${g.mutable ? `(mut ${g.type})` : g.type}))`);
  }
  for (const f of module.imports) {
    lines.push(`  (import ${quote(f.from![0])} ${quote(f.from![1])} (func $${f.name}${signature(f.params, f.results)}))`);
  }
  for (const g of module.globals) {
    if (g.from === null) lines.push(`  (global $${g.name} ${g.mutable ? `(mut ${g.type})` : g.type} (${g.type}.const ${g.value}))`);
  }
  for (const f of module.functions) lines.push(...listFunction(f));
  for (const { name, item } of module.exports) {
    lines.push(`  (export ${quote(name)} (${'mutable' in item ? 'global' : 'func'} $${item.name}))`);
  }
  return `${lines.join('\n')})\n`;
}

function signature(params: readonly string[], results: readonly string[]): string {
  return (params.length > 0 ? ` (param ${params.join(' ')})` : '') + (results.length > 0 ? ` (result ${results.join(' ')})` : '');
}

function listFunction(body: FuncBody): string[] {
  const names = uniqueNames(body);
  const params = body.params.map((type, i) => ` (param ${names[i]} ${type})`).join('');
  const results = body.results.length > 0 ? ` (result ${body.results.join(' ')})` : '';
  const lines = [`  (func $${body.name}${params}${results}`];
  const locals = body.locals.slice(body.params.length).map((l, i) => `(local ${names[body.params.length + i]} ${l.type})`);
  if (locals.length > 0) lines.push(`    ${locals.join(' ')}`);
  let depth = 2;
  for (const instr of body.code) {
    if (instr.op === 'end' || instr.op === 'else') depth--;
    lines.push('  '.repeat(depth) + text(instr, names));
    if (instr.op === 'block' || instr.op === 'loop' || instr.op === 'if' || instr.op === 'else') depth++;
  }
  lines[lines.length - 1] += ')';
  return lines;
}

function uniqueNames(body: FuncBody): string[] {
  const used = new Set<string>();
  return body.locals.map(({ name }) => {
    let unique = `$${name}`;
    for (let i = 2; used.has(unique); i++) unique = `$${name}.${i}`;
    used.add(unique);
    return unique;
  });
}

function number(value: number | bigint): string {
  return Object.is(value, -0) ? '-0' : Number.isNaN(value) ? 'nan' : value === Infinity ? 'inf' : value === -Infinity ? '-inf' : String(value);
}

function text(instr: Instr, names: readonly string[]): string {
  switch (instr.op) {
    case 'plain': {
      const lane = instr.name.endsWith('_lane') ? ` ${instr.lane}` : '';
      return instr.name + lane + (instr.offset > 0 ? ` offset=${instr.offset}` : '');
    }
    case 'const': return `${instr.type}.const ${number(instr.value)}`;
    case 'v128.const': return `v128.const i32x4 ${instr.lanes.join(' ')}`;
    case 'local.get': case 'local.set': case 'local.tee': return `${instr.op} ${names[instr.index]}`;
    case 'global.get': case 'global.set': return `${instr.op} $${instr.global.name}`;
    case 'call': return `call $${instr.fn.name}`;
    case 'call_indirect': return `call_indirect${signature(instr.params, instr.results)}`;
    case 'block': case 'loop': case 'if': return `${instr.op} $${instr.label.name}${signature([], instr.results)}`;
    case 'else': case 'end': return instr.op;
    case 'br': case 'br_if': return `${instr.op} $${instr.label.name}`;
    case 'br_table': return `br_table ${[...instr.labels, instr.otherwise].map((l) => `$${l.name}`).join(' ')}`;
  }
}
