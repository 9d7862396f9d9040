/**
 * The WebAssembly instructions the emitter uses: name, encoding, and what follows the opcode.
 * Runs of consecutive opcodes are written as one list, as in the specification's index.
 */

/** What follows an opcode in the binary. */
export type Immediate = 'none' | 'memory' | 'lane' | 'memoryIndex' | 'memoryCopy' | 'fence';

export interface Opcode {
  readonly bytes: readonly number[];
  readonly immediate: Immediate;
  /** log2 of the natural alignment of a memory instruction. */
  readonly align: number;
}

const table = new Map<string, Opcode>();

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, value >> 7];
}

/** Adds a run of opcodes; `-` in the list skips one number. */
function run(prefix: number | null, first: number, names: string, immediate: Immediate = 'none'): void {
  names.trim().split(/\s+/).forEach((name, i) => {
    if (name === '-') return;
    const bytes = prefix === null ? [first + i] : [prefix, ...leb(first + i)];
    table.set(name, { bytes, immediate, align: immediate === 'memory' ? naturalAlign(name) : 0 });
  });
}

function naturalAlign(name: string): number {
  const narrow = /(?:load|store|rmw|wait)(8|16|32|64)/.exec(name)?.[1];
  const bits = narrow !== undefined ? Number(narrow)
    : name.startsWith('v128') ? 128
      : /^(?:i64|f64)/.test(name) ? 64 : 32;
  return Math.log2(bits / 8);
}

const each = (type: string, names: string): string => names.trim().split(/\s+/).map((n) => (n === '-' ? n : `${type}.${n}`)).join(' ');

run(null, 0x00, 'unreachable nop');
run(null, 0x0f, 'return');
run(null, 0x1a, 'drop select');

run(null, 0x28, `i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u
  i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u
  i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32`, 'memory');
run(null, 0x3f, 'memory.size memory.grow', 'memoryIndex');

const intCompare = 'eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const floatCompare = 'eq ne lt gt le ge';
const intArith = 'clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr';
const floatArith = 'abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign';
run(null, 0x45, [each('i32', intCompare), each('i64', intCompare), each('f32', floatCompare), each('f64', floatCompare),
  each('i32', intArith), each('i64', intArith), each('f32', floatArith), each('f64', floatArith)].join(' '));
run(null, 0xa7, `i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u
  i64.extend_i32_s i64.extend_i32_u i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u
  f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u f32.demote_f64
  f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u f64.promote_f32
  i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64
  i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s`);

run(0xfc, 0x00, `i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u
  i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u`);
run(0xfc, 0x0a, 'memory.copy', 'memoryCopy');
run(0xfc, 0x0b, 'memory.fill', 'memoryIndex');

run(0xfe, 0x00, 'memory.atomic.notify memory.atomic.wait32 memory.atomic.wait64', 'memory');
run(0xfe, 0x03, 'atomic.fence', 'fence');
const narrowRmw = '- - - - -';
run(0xfe, 0x10, `i32.atomic.load i64.atomic.load i32.atomic.load8_u i32.atomic.load16_u - - -
  i32.atomic.store i64.atomic.store i32.atomic.store8 i32.atomic.store16 - - -
  ${['add', 'sub', 'and', 'or', 'xor', 'xchg', 'cmpxchg'].map((op) => `i32.atomic.rmw.${op} i64.atomic.rmw.${op} ${narrowRmw}`).join(' ')}`, 'memory');

run(0xfd, 0, 'v128.load', 'memory');
run(0xfd, 9, 'v128.load32_splat v128.load64_splat v128.store', 'memory');
run(0xfd, 17, 'i32x4.splat i64x2.splat f32x4.splat f64x2.splat');
run(0xfd, 27, 'i32x4.extract_lane i32x4.replace_lane i64x2.extract_lane i64x2.replace_lane f32x4.extract_lane f32x4.replace_lane f64x2.extract_lane f64x2.replace_lane', 'lane');
run(0xfd, 0x37, each('i32x4', 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'));
run(0xfd, 0x41, each('f32x4', floatCompare));
run(0xfd, 0x47, each('f64x2', floatCompare));
run(0xfd, 0x4d, 'v128.not v128.and v128.andnot v128.or v128.xor v128.bitselect v128.any_true');
run(0xfd, 0x67, each('f32x4', 'ceil floor trunc nearest'));
run(0xfd, 0x74, each('f64x2', 'ceil floor'));
run(0xfd, 0x7a, 'f64x2.trunc');
run(0xfd, 0x94, 'f64x2.nearest');
run(0xfd, 0xa0, each('i32x4', 'abs neg - all_true bitmask - - - - - - shl shr_s shr_u add - - sub - - - mul min_s min_u max_s max_u'));
run(0xfd, 0xe0, each('f32x4', 'abs neg - sqrt add sub mul div min max pmin pmax'));
run(0xfd, 0xec, each('f64x2', 'abs neg - sqrt add sub mul div min max pmin pmax'));
run(0xfd, 0xf8, 'i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u');

/** Every instruction that is its opcode and plain immediates; control and variables are encoded by `encode.ts`. */
export const opcodes: ReadonlyMap<string, Opcode> = table;
