/** Whole programs: what the emitted JavaScript imports and exports is what the WebAssembly of the same program does (`engine/abi.ts`). */
import { ActorRow, handlerExport, offsetOf } from '../../../engine/abi.ts';
import type { ScalarName } from '../../../layout/types.ts';
import type { ActorProgram, Func, FunctionProgram, GlobalProgram, Handler, Stmt } from '../../ir.ts';
import { intrinsics } from '../../intrinsics/table.ts';
import { walkStmts } from '../../passes/walk.ts';
import { collect } from '../library.ts';
import type { Line } from '../lines.ts';
import { globalArguments } from '../wasm/arguments.ts';
import { jsLibrary } from './library.ts';
import { loadText } from './memory.ts';
import { JsVisitor } from './visitor.ts';

/** In the spelling of rows at which the threads of a workgroup meet. */
const meeting = /\byield\b/;

const views = 'const { u8, u16, i32, u32, i64, u64, f32, f64 } = rk.views;';

export class JsProgram extends JsVisitor {
  /** Name of what a `return` without a value gives back. */
  #result: string | null = null;
  readonly #exports: string[] = [];

  print(): readonly Line[] {
    const { program } = this;
    this.line(views);
    program.constants.forEach((c, i) => this.line(`const ${this.globalName(c, c.name)} = rk.constants[${i}];`));
    for (const fn of program.functions) this.helper(fn);
    switch (program.kind) {
      case 'actor': this.actor(program); break;
      case 'function': this.plain(program); break;
      case 'global': this.global(program); break;
    }
    this.at = null;
    this.line(`return { ${this.#exports.join(', ')} };`);
    const text = this.out.lines.map((l) => l.text).join('\n');
    const library = collect(text, jsLibrary).join('\n').split('\n').filter((l) => l !== '').map((line) => ({ text: line, pos: null }));
    return [{ text: `'use strict';`, pos: null }, ...library, ...this.out.lines];
  }

  private actor(program: ActorProgram): void {
    for (const h of program.handlers) this.handler(h);
  }

  private handler(h: Handler): void {
    const name = handlerExport(h.index);
    this.#exports.push(name);
    this.enter(h.func);
    this.line(`function ${name}(actor, message, reply) {`);
    this.out.indent(() => {
      this.line(`const state = u32[(actor + ${offsetOf(ActorRow, 'state')}) >> 2];`);
      this.line('let replied = 0;');
    });
    this.#result = 'replied';
    this.body(h.func.body);
    this.#result = null;
    this.out.indent(() => { this.line('return replied;'); });
    this.line('}');
  }

  private plain(program: FunctionProgram): void {
    const name = this.functionName(program.func);
    this.#exports.push(name === program.func.name ? name : `${program.func.name}: ${name}`);
    this.line('const { memory } = rk;');
    this.helper(program.func);
  }

  private global(program: GlobalProgram): void {
    const layout = globalArguments(program);
    const meets = meetsIn(program.func);
    this.#exports.push('run');
    this.enter(program.func);
    this.line('function run(argumentsAt, groupsX, groupsY, groupsZ, first, count) {');
    this.out.indent(() => {
      for (const [i, p] of program.params.entries()) {
        const { offset, type } = layout.fields[i]!;
        if (p.kind === 'value') this.line(`const given_${p.index} = ${loadText(type, { base: 'argumentsAt', offset })};`);
        else {
          const name = this.globalName(p, p.name);
          if (type.kind === 'struct') for (const f of type.fields) this.line(`const ${name}_${f.name} = ${loadText(f.type, { base: 'argumentsAt', offset: offset + f.offset })};`);
        }
      }
      const [sizeX, sizeY, sizeZ] = program.workgroup;
      this.line(`const sizeX = ${sizeX}, sizeY = ${sizeY}, sizeZ = ${sizeZ};`);
      for (const s of program.shared) this.line(`let ${this.globalName(s, s.name)};`);
      this.line(`const thread = function${meets ? '*' : ''}(groupX, groupY, groupZ, localX, localY, localZ) {`);
      this.out.indent(() => {
        for (const axis of ['X', 'Y', 'Z']) this.line(`const global${axis} = group${axis} * size${axis} + local${axis};`);
        this.line('const globalId = (globalZ * groupsY * sizeY + globalY) * groupsX * sizeX + globalX;');
        this.line('const localId = (localZ * sizeY + localY) * sizeX + localX, groupId = (groupZ * groupsY + groupY) * groupsX + groupX;');
        for (const p of program.params) {
          if (p.kind === 'value') this.line(this.declaration(p.local, p.local.type.kind === 'scalar' ? `given_${p.index}` : `rk_copy(given_${p.index})`));
        }
      });
      this.body(program.func.body);
      this.line('};');
      this.workgroups(program, meets);
    });
    this.line('}');
  }

  /** Runs the workgroups; those with barriers thread by thread from one meeting to the next. */
  private workgroups(program: GlobalProgram, meets: boolean): void {
    const each = 'for (let z = 0; z < sizeZ; z++) for (let y = 0; y < sizeY; y++) for (let x = 0; x < sizeX; x++)';
    this.line('for (let group = first; group < first + count; group++) {');
    this.out.indent(() => {
      for (const s of program.shared) this.line(`${this.globalName(s, s.name)} = new ${arrayTypes[s.elem.name]}(${s.length});`);
      this.line('const groupX = group % groupsX, groupY = Math.floor(group / groupsX) % groupsY, groupZ = Math.floor(group / groupsX / groupsY);');
      if (!meets) this.line(`${each} thread(groupX, groupY, groupZ, x, y, z);`);
      else {
        this.line('const threads = [];');
        this.line(`${each} threads.push(thread(groupX, groupY, groupZ, x, y, z));`);
        this.line('rk.together(threads);');
      }
    });
    this.line('}');
  }

  protected override statement(s: Stmt): void {
    if (s.kind === 'return' && s.value === null && this.#result !== null) this.line(`return ${this.#result};`);
    else super.statement(s);
  }
}

const arrayTypes: Record<ScalarName, string> = {
  bool: 'Uint32Array', i32: 'Int32Array', u32: 'Uint32Array', i64: 'BigInt64Array', u64: 'BigUint64Array',
  f16: 'Float32Array', bf16: 'Float32Array', f32: 'Float32Array', f64: 'Float64Array',
};

/** Whether a function has a place where the threads of its workgroup meet. */
function meetsIn(fn: Func): boolean {
  let meets = false;
  walkStmts(fn.body, {
    expr: (e) => {
      const row = e.kind === 'call' ? intrinsics.get(e.name) : undefined;
      const spelled = row?.emit.js;
      if (spelled !== undefined && (typeof spelled === 'string' ? [spelled] : Object.values(spelled)).some((text) => meeting.test(text))) meets = true;
    },
  });
  return meets;
}
