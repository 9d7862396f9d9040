/** The device program of the pass engine in WGSL: all kinds, the fixed loop, two entries. */
import type { FaultSite, PassKind } from '../../engine/pass/driver.ts';
import { ownNames } from '../../engine/pass/dialect.ts';
import { PassRow, word } from '../../engine/pass/layout.ts';
import { passLoop, type KindCalls } from '../../engine/pass/loop.ts';
import type { Pos, Program } from '../../kernel/ir.ts';
import { collect } from '../../kernel/emit/library.ts';
import { joinLines, Lines, type Line } from '../../kernel/emit/lines.ts';
import { emitWgslActor } from '../../kernel/emit/wgsl/actor.ts';
import { wgslLibrary } from '../../kernel/emit/wgsl/library.ts';
import { constantBytes } from '../../kernel/emit/wgsl/params.ts';
import { wgslDialect } from './dialect.ts';

/** Invocations of a workgroup: of the entry that serves rows, which have little in common, and of the one that handles batches. */
export const workgroups = { actors: 4, batches: 64 } as const;

/**
 * Messages of a batch that one invocation handles, one after the other. Each invocation first reads where its batch
 * lies: a GPU hides that behind other invocations, a device in software has few of them at a time and pays for it.
 */
export const messagesEach = { hardware: 2, software: 256 } as const;

export interface EngineProgram {
  readonly source: string;
  readonly sites: readonly FaultSite[];
  readonly constants: Uint8Array;
  readonly features: ReadonlySet<string>;
  /** Origin of each line. */
  readonly map: readonly ({ readonly program: Program; readonly pos: Pos } | null)[];
}

export function engineProgram(kinds: readonly PassKind[]): EngineProgram {
  const sites: FaultSite[] = [];
  const features = new Set<string>();
  const declarations: string[] = [];
  const bodies: { line: Line; program: Program }[] = [];
  const calls: KindCalls[] = [];
  const constants: Uint8Array[] = [];
  let constantBase = 0;
  for (const kind of kinds) {
    const { program } = kind;
    const emitted = emitWgslActor(program, `k${kind.index}_`, kind.index, sites, constantBase, kind.parallel);
    for (const line of emitted.lines) bodies.push({ line, program });
    for (const d of emitted.declarations) if (!declarations.includes(d)) declarations.push(d);
    for (const f of emitted.features) features.add(f);
    const bytes = constantBytes(program.constants);
    constants.push(bytes);
    constantBase += bytes.byteLength;
    calls.push({ kind: kind.index, handlers: emitted.handlers.map(({ single, batch }, index) => ({
      index, call: `result = ${single}(input, output, count, i);`, batch: batch === null ? null : `result = ${batch}(input, output, count, first, stride);`,
    })) });
  }
  const loop = passLoop(wgslDialect, calls);
  const head = new Lines();
  if (features.has('shader-f16')) head.add('enable f16;');
  head.add('@group(0) @binding(0) var<storage, read_write> mem: array<u32>;');
  head.add('@group(0) @binding(1) var<storage, read_write> sync: array<atomic<u32>>;');
  head.add('@group(0) @binding(2) var<uniform> rk_base: vec4<u32>;');
  head.add('@group(0) @binding(3) var<storage, read> rk_constants: array<u32>;');
  for (const name of ownNames) head.add(`var<private> rk_${name}: u32;`);
  for (const d of declarations) head.add(d);
  // What handlers ask about themselves (spelled so in the intrinsics table).
  const own = `
fn rk_self() -> u32 { return mem[rk_row + ${word(PassRow, 'id')}u]; }
fn rk_hlc() -> vec2<u32> { return vec2<u32>(mem[rk_row + ${word(PassRow, 'hlc')}u], mem[rk_row + ${word(PassRow, 'hlc') + 1}u]); }
fn rk_now() -> vec2<u32> {
  rk_clock(0u, 0u);
  return rk_hlc();
}
fn rk_hlc_update(stamp: vec2<u32>) -> vec2<u32> {
  rk_clock(stamp.x, stamp.y);
  return rk_hlc();
}`;
  const entries = `
@compute @workgroup_size(${workgroups.actors})
fn actors(@builtin(global_invocation_id) id: vec3<u32>) {
  rk_frame = rk_base.x;
  rk_actors(id.x);
}
@compute @workgroup_size(${workgroups.batches})
fn batches(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  rk_frame = rk_base.x;
  rk_batches(id.x, groups.x * ${workgroups.batches}u, id.y);
}`;
  const text = [joinLines(head.lines), joinLines(bodies.map((b) => b.line)), loop].join('\n');
  for (const routine of collect(text, wgslLibrary)) head.add(routine);
  head.add('');
  const tail = new Lines();
  tail.add(loop + own);
  tail.add(entries);
  const before = head.lines.length;
  const lines = [...head.lines, ...bodies.map((b) => b.line), ...tail.lines];
  const all = new Uint8Array(Math.max(16, constantBase));
  let at = 0;
  for (const c of constants) {
    all.set(c, at);
    at += c.byteLength;
  }
  return {
    source: joinLines(lines), sites, constants: all, features,
    map: lines.map((line, i) => (line.pos === null || i < before || i >= before + bodies.length ? null : { program: bodies[i - before]!.program, pos: line.pos })),
  };
}
