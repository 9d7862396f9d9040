import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { viewsOf } from '../message/codec.ts';
import { moveView, offsetOf, view } from './access.ts';
import { declareStructs, wgslMembers } from './declare.ts';
import { ControlBlock, HlcTimestamp, MessageHeader, RingHeader, RouteEntry, SlotHead, structures, TelemetryBuffer } from './structures.ts';
import { array, bool, f16, f32, f64, i64, struct, u32, u64, vec3 } from './types.ts';

const all = structures.map(([type]) => type);

describe('structures', () => {
  it.each(structures)('%o has its size', (type, size) => {
    expect(type.size).toBe(size);
  });

  it.each([
    [ControlBlock, { isActive: 0, shouldTerminate: 4, hasTerminated: 8, messagesProcessed: 16, messagesInFlight: 24, inputHead: 32, inputTail: 40, outputHead: 48, outputTail: 56, inputCapacity: 64, outputCapacity: 68, inputMask: 72, outputMask: 76, hlc: 80, lastError: 96, errorCount: 100, reserved: 104 }],
    [MessageHeader, { magic: 0, version: 8, flags: 12, messageId: 16, correlationId: 24, sourceKernel: 32, destKernel: 40, messageType: 48, priority: 56, payloadSize: 64, checksum: 72, timestamp: 80, deadline: 104, reserved: 128 }],
    [HlcTimestamp, { physical: 0, logical: 8, node: 16 }],
    [TelemetryBuffer, { messagesProcessed: 0, messagesDropped: 8, totalLatencyUs: 16, minLatencyUs: 24, maxLatencyUs: 32, inputQueueDepth: 40, outputQueueDepth: 44, lastError: 48, reserved: 52 }],
    [SlotHead, { stamp: 0, tag: 4, correlation: 8, source: 12, timestamp: 16, deadline: 24 }],
    [RingHeader, { head: 0, capacity: 8, slotBytes: 12, tail: 64, consumed: 68 }],
    [RouteEntry, { target: 0, inbox: 8, mask: 16, refused: 28 }],
  ])('%o keeps its offsets', (type, offsets) => {
    for (const [name, offset] of Object.entries(offsets)) expect([name, offsetOf(type, name)]).toEqual([name, offset]);
  });

  it('keeps producer and consumer of a ring on different cache lines', () => {
    expect(Math.floor(offsetOf(RingHeader, 'head') / 64)).not.toBe(Math.floor(offsetOf(RingHeader, 'tail') / 64));
  });
});

describe('declarations', () => {
  const Odd = struct('Odd', {
    a: bool, v: vec3(f32), h0: f16, h1: f16, h2: f16, d: f64, inner: HlcTimestamp, list: array(HlcTimestamp, 2), wide: array(i64, 3), halves: array(f16, 5), grid: array(array(u32, 2), 3), last: u32,
  });

  it('assert sizes and offsets, and a C++ compiler agrees', ({ skip }) => {
    const text = declareStructs('cuda', [...all, Odd]);
    expect(text).toContain('static_assert(sizeof(MessageHeader) == 256, "size of MessageHeader");');
    expect(text).toContain('static_assert(__builtin_offsetof(Odd, inner) == ');
    const compiled = spawnSync('g++', ['-std=c++17', '-x', 'c++', '-fsyntax-only', '-'], { input: text, encoding: 'utf8' });
    if (compiled.error !== undefined) skip('no C++ compiler here');
    expect(compiled.stderr).toBe('');
  });

  it('spells types as MSL has them', () => {
    const text = declareStructs('msl', [Odd]);
    expect(text).toMatch(/^struct f32x3 \{ float x, y, z; \};\nstruct HlcTimestamp \{\n {2}ulong physical;/);
    expect(text).toContain('  half halves[5];');
    expect(text).toContain('  uint grid[3][2];');
  });

  it('declare each structure once, dependencies first', () => {
    const text = declareStructs('cuda', [ControlBlock, MessageHeader, HlcTimestamp]);
    expect(text.match(/struct HlcTimestamp \{/g)).toHaveLength(1);
    expect(text.indexOf('struct HlcState')).toBeLessThan(text.indexOf('struct ControlBlock'));
  });

  it.each([...all, Odd])('WGSL members of %o lie where the fields do', (type) => {
    const members = wgslMembers(type);
    let end = 0;
    for (const m of members) {
      expect(m.offset, m.name).toBe(end);
      end += m.size;
    }
    expect(end).toBe(type.size);
    for (const field of type.fields) {
      const member = members.find((m) => m.name === field.name || m.name.startsWith(`${field.name}_`));
      if (member !== undefined) expect([field.name, member.offset]).toEqual([field.name, field.offset]);
      else expect(field.type).toBe(f16);
    }
  });

  it('shows 64-bit fields as two words in WGSL', () => {
    expect(declareStructs('wgsl', [HlcTimestamp])).toBe([
      'struct HlcTimestamp { // 24 bytes', '  physical_lo: u32, // 0', '  physical_hi: u32, // 4', '  logical_lo: u32, // 8',
      '  logical_hi: u32, // 12', '  node_lo: u32, // 16', '  node_hi: u32, // 20', '}',
    ].join('\n'));
  });
});

describe('views', () => {
  it('read and write in place', () => {
    const views = viewsOf(new SharedArrayBuffer(512));
    const block = view(ControlBlock, views, 128);
    block.isActive = 1;
    block.messagesProcessed = 5n;
    block.hlc.physical = 9n;
    block.reserved.set(2, 7);
    expect(views.u32[32]).toBe(1);
    expect(views.u64[18]).toBe(5n);
    expect(views.u64[(128 + 80) / 8]).toBe(9n);
    expect(views.u32[(128 + 104) / 4 + 2]).toBe(7);
    expect(block.reserved.at(2)).toBe(7);
    moveView(block, views, 256);
    expect([block.isActive, block.hlc.physical, block.reserved.at(2)]).toEqual([0, 0n, 0]);
    block.hlc.logical = 3n;
    expect(views.u64[(256 + 88) / 8]).toBe(3n);
  });

  it('reach into arrays of structures, vectors and every scalar', () => {
    const Part = struct('Part', { at: vec3(f32), on: bool });
    const Whole = struct('Whole', { parts: array(Part, 2), h: f16, d: f64, s: i64, u: u64, m: array(array(u32, 2), 2) });
    const views = viewsOf(new ArrayBuffer(Whole.size));
    const whole = view(Whole, views, 0);
    whole.parts.at(1).at.z = 1.5;
    whole.parts.at(1).on = true;
    whole.h = 0.5;
    whole.d = Math.PI;
    whole.s = -1n;
    whole.m.at(1).set(0, 3);
    expect(views.f32[(16 + 8) / 4]).toBe(1.5);
    expect([whole.parts.at(0).on, whole.parts.at(1).on, whole.h, whole.d, whole.s, whole.m.at(1).at(0)]).toEqual([false, true, 0.5, Math.PI, -1n, 3]);
    expect(() => whole.m.at(2)).toThrow(RangeError);
    expect(() => { (whole as { extra?: number }).extra = 1; }).toThrow(TypeError);
  });

  it('say what is wrong with a path or an object', () => {
    expect(() => offsetOf(ControlBlock, 'hlc', 'nothing')).toThrow(/^InvalidConfig/);
    expect(() => moveView({}, viewsOf(new ArrayBuffer(8)), 0)).toThrow(/^InvalidConfig/);
  });
});
