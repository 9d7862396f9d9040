import { ByteWriter } from './bytes.ts';
import type { Instr, Label, ValType } from './instr.ts';
import type { FuncBody, FuncRef, GlobalRef, Signature, WasmModule } from './module.ts';
import { opcodes } from './opcodes.ts';

const valTypeCodes: Record<ValType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };
const control = {
  block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, br: 0x0c, br_if: 0x0d, br_table: 0x0e,
  call: 0x10, call_indirect: 0x11,
  'local.get': 0x20, 'local.set': 0x21, 'local.tee': 0x22, 'global.get': 0x23, 'global.set': 0x24,
} as const;
const section = { custom: 0, type: 1, import: 2, function: 3, global: 6, export: 7, code: 10 } as const;

const isGlobal = (item: FuncRef | GlobalRef): item is GlobalRef => 'mutable' in item;

/** The module as a WebAssembly binary, with function and local names for debuggers. */
export function encodeModule(module: WasmModule): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter();
  out.bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);

  const types: Signature[] = [];
  const typeKeys = new Map<string, number>();
  const typeIndex = (s: Signature): number => {
    const key = `${s.params.join()}>${s.results.join()}`;
    let index = typeKeys.get(key);
    if (index === undefined) {
      index = types.push(s) - 1;
      typeKeys.set(key, index);
    }
    return index;
  };
  const functions: FuncRef[] = [...module.imports, ...module.functions];
  const functionIndex = new Map(functions.map((f, i) => [f, i]));
  const globals = [...module.globals].sort((a, b) => Number(a.from === null) - Number(b.from === null));
  const globalIndex = new Map(globals.map((g, i) => [g, i]));
  const functionTypes = functions.map(typeIndex);
  const bodies = module.functions.map((body) => encodeBody(body, functionIndex, globalIndex, typeIndex));

  const write = (id: number, contents: (w: ByteWriter) => void): void => {
    out.byte(id).sized(contents);
  };
  write(section.type, (w) => w.vector(types, (t) => {
    w.byte(0x60);
    w.vector(t.params, (p) => w.byte(valTypeCodes[p]));
    w.vector(t.results, (r) => w.byte(valTypeCodes[r]));
  }));
  write(section.import, (w) => {
    const memory = module.memory;
    const importedGlobals = globals.filter((g) => g.from !== null);
    w.unsigned(module.imports.length + importedGlobals.length + (memory === null ? 0 : 1) + (module.table === null ? 0 : 1));
    if (module.table !== null) w.name(module.table[0]).name(module.table[1]).byte(0x01).byte(0x70).byte(0).unsigned(0);
    if (memory !== null) {
      w.name(memory.from[0]).name(memory.from[1]).byte(0x02);
      w.byte((memory.max === null ? 0 : 1) | (memory.shared ? 2 : 0)).unsigned(memory.min);
      if (memory.max !== null) w.unsigned(memory.max);
    }
    for (const g of importedGlobals) w.name(g.from![0]).name(g.from![1]).byte(0x03).byte(valTypeCodes[g.type]).byte(g.mutable ? 1 : 0);
    module.imports.forEach((f, i) => w.name(f.from![0]).name(f.from![1]).byte(0x00).unsigned(functionTypes[i]!));
  });
  write(section.function, (w) => w.vector(module.functions, (_, i) => w.unsigned(functionTypes[module.imports.length + i]!)));
  const ownGlobals = globals.filter((g) => g.from === null);
  if (ownGlobals.length > 0) {
    write(section.global, (w) => w.vector(ownGlobals, (g) => {
      w.byte(valTypeCodes[g.type]).byte(g.mutable ? 1 : 0);
      writeConst(w, g.type, g.value);
      w.byte(control.end);
    }));
  }
  write(section.export, (w) => w.vector(module.exports, ({ name, item }) => {
    w.name(name);
    if (isGlobal(item)) w.byte(0x03).unsigned(globalIndex.get(item)!);
    else w.byte(0x00).unsigned(functionIndex.get(item)!);
  }));
  write(section.code, (w) => w.vector(bodies, (b) => w.unsigned(b.length).bytes(b)));
  write(section.custom, (w) => writeNames(w, module, functions));
  return out.finish();
}

function encodeBody(
  body: FuncBody, functionIndex: ReadonlyMap<FuncRef, number>, globalIndex: ReadonlyMap<GlobalRef, number>,
  typeIndex: (s: Signature) => number,
): Uint8Array {
  const w = new ByteWriter();
  const groups: { type: ValType; count: number }[] = [];
  for (const { type } of body.locals.slice(body.params.length)) {
    const last = groups.at(-1);
    if (last?.type === type) last.count++;
    else groups.push({ type, count: 1 });
  }
  w.vector(groups, (g) => w.unsigned(g.count).byte(valTypeCodes[g.type]));
  const open: (Label | null)[] = [];
  const depth = (label: Label): number => {
    const at = open.lastIndexOf(label);
    if (at < 0) throw new Error(`Branch to '${label.name}' from outside it in '${body.name}'.`);
    return open.length - 1 - at;
  };
  for (const instr of body.code) {
    switch (instr.op) {
      case 'plain': writePlain(w, instr); break;
      case 'const': writeConst(w, instr.type, instr.value); break;
      case 'v128.const':
        w.bytes([0xfd, 12]);
        for (const lane of instr.lanes) w.bytes([lane & 0xff, (lane >>> 8) & 0xff, (lane >>> 16) & 0xff, lane >>> 24]);
        break;
      case 'local.get': case 'local.set': case 'local.tee': w.byte(control[instr.op]).unsigned(instr.index); break;
      case 'global.get': case 'global.set': w.byte(control[instr.op]).unsigned(globalIndex.get(instr.global)!); break;
      case 'call': w.byte(control.call).unsigned(functionIndex.get(instr.fn)!); break;
      case 'call_indirect': w.byte(control.call_indirect).unsigned(typeIndex(instr)).byte(0); break;
      case 'block': case 'loop': case 'if':
        w.byte(control[instr.op]);
        if (instr.results.length === 0) w.byte(0x40);
        else if (instr.results.length === 1) w.byte(valTypeCodes[instr.results[0]!]);
        else w.signed(BigInt(typeIndex({ params: [], results: instr.results })));
        open.push(instr.label);
        break;
      case 'else': w.byte(control.else); break;
      case 'end': w.byte(control.end); open.pop(); break;
      case 'br': case 'br_if': w.byte(control[instr.op]).unsigned(depth(instr.label)); break;
      case 'br_table':
        w.byte(control.br_table).vector(instr.labels, (l) => w.unsigned(depth(l)));
        w.unsigned(depth(instr.otherwise));
        break;
    }
  }
  return w.byte(control.end).finish();
}

function writePlain(w: ByteWriter, instr: Extract<Instr, { op: 'plain' }>): void {
  const opcode = opcodes.get(instr.name);
  if (opcode === undefined) throw new Error(`Unknown WebAssembly instruction '${instr.name}'.`);
  w.bytes(opcode.bytes);
  switch (opcode.immediate) {
    case 'none': return;
    case 'memory': w.unsigned(opcode.align).unsigned(instr.offset); return;
    case 'lane': w.byte(instr.lane); return;
    case 'memoryIndex': case 'fence': w.byte(0); return;
    case 'memoryCopy': w.byte(0).byte(0); return;
  }
}

function writeConst(w: ByteWriter, type: 'i32' | 'i64' | 'f32' | 'f64', value: number | bigint): void {
  switch (type) {
    case 'i32': w.byte(0x41).signed(BigInt.asIntN(32, BigInt(value))); return;
    case 'i64': w.byte(0x42).signed(BigInt.asIntN(64, BigInt(value))); return;
    case 'f32': w.byte(0x43).f32(Number(value)); return;
    case 'f64': w.byte(0x44).f64(Number(value)); return;
  }
}

function writeNames(w: ByteWriter, module: WasmModule, functions: readonly FuncRef[]): void {
  w.name('name');
  w.byte(1).sized((names) => names.vector(functions, (f, i) => names.unsigned(i).name(f.name)));
  w.byte(2).sized((names) => names.vector(module.functions, (f, i) => {
    names.unsigned(module.imports.length + i);
    names.vector(f.locals, (l, index) => names.unsigned(index).name(l.name));
  }));
}
