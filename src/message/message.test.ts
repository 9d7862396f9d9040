import { describe, expect, it } from 'vitest';
import { array, bool, f32, struct, u32, u64, vec3 } from '../layout/types.ts';
import { RingKernelError } from '../error/index.ts';
import { MAX_PAYLOAD, message, typeIdOf } from './message.ts';
import { viewsOf } from './codec.ts';

describe('message', () => {
  it('carries layout, codec and id', () => {
    const Add = message('Add', { a: f32, b: u64 });
    expect(Add.struct.size).toBe(16);
    const views = viewsOf(new ArrayBuffer(16));
    Add.codec.encode(views, 0, { a: 1.5, b: 7n });
    expect(Add.codec.decode(views, 0)).toEqual({ a: 1.5, b: 7n });
    expect(Add.typeId).toBe(typeIdOf(Add.struct));
  });

  it('changes the id with the name, a field name, a type, the order and a nested layout', () => {
    const inner = (t: typeof f32 | typeof u32) => struct('Inner', { v: t });
    const ids = [
      message('Add', { a: f32, b: f32 }), message('Sub', { a: f32, b: f32 }), message('Add', { a: f32, c: f32 }),
      message('Add', { a: f32, b: u32 }), message('Add', { b: f32, a: f32 }), message('Add', { a: f32 }),
      message('Add', { a: inner(f32) }), message('Add', { a: inner(u32) }), message('Add', { a: array(f32, 2) }), message('Add', { a: vec3(f32) }),
    ].map((m) => m.typeId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(message('Add', { a: f32, b: f32 }).typeId).toBe(ids[0]);
    for (const id of ids) expect(id).toBe(BigInt.asUintN(64, id));
  });

  it('is FNV-1a of the layout text', () => {
    // Reference value of the empty-field text "A{}", computed by the definition.
    let hash = 0xcbf29ce484222325n;
    for (const c of 'A{}') hash = BigInt.asUintN(64, (hash ^ BigInt(c.charCodeAt(0))) * 0x100000001b3n);
    expect(message('A', {}).typeId).toBe(hash);
  });

  it.each([
    ['', { a: f32 }], ['2x', { a: f32 }], ['a b', { a: f32 }], ['__x', { a: f32 }],
    ['M', { 'a-b': f32 }], ['M', { __proto__x: f32 }], ['M', { a__b: f32 }], ['M', { 'é': f32 }],
    ['M', { a: 5 }], ['M', { a: undefined }], ['M', { a: array(f32, 0) }], ['M', { a: array(f32, 1.5) }],
    ['M', { a: struct('S', { 'x y': f32 }) }], ['M', null],
  ])('refuses %j with %o', (name, fields) => {
    expect(() => message(name, fields as never)).toThrow(/^InvalidMessage: /);
  });

  it('refuses a payload above the limit', () => {
    expect(message('Max', { a: array(u32, MAX_PAYLOAD / 4) }).struct.size).toBe(MAX_PAYLOAD);
    try {
      message('Big', { a: array(u32, MAX_PAYLOAD / 4), b: bool });
      expect.unreachable();
    } catch (error) {
      expect((error as RingKernelError).code).toBe('MessageTooLarge');
      expect((error as RingKernelError).detail).toMatchObject({ size: MAX_PAYLOAD + 4, max: MAX_PAYLOAD });
    }
  });
});
