import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { f32, u64 } from '../layout/types.ts';
import { Envelope, formatMessageId, HEADER_MAGIC, IdSource, kernelIdHash, type EnvelopeOptions } from './envelope.ts';
import { crc32, fnv1a64 } from './hash.ts';
import { MAX_PAYLOAD, message } from './message.ts';

const Job = message('Job', { x: f32, stamp: u64 });
const Other = message('Other', { x: f32, stamp: u64 });

it('gives back header and value through bytes at any alignment', () => {
  const u = (bits: bigint) => fc.bigInt({ min: 0n, max: (1n << bits) - 1n });
  const stamp = fc.record({ physical: u(64n), logical: u(64n), node: u(64n) });
  const options: fc.Arbitrary<EnvelopeOptions> = fc.record({
    source: u(64n), destination: u(64n), correlationId: u(64n), messageId: u(64n), checksum: fc.boolean(),
    priority: fc.constantFrom('low', 'normal', 'high', 'critical'), timestamp: stamp, deadline: stamp,
  });
  fc.assert(fc.property(options, fc.float({ noNaN: true }), u(64n), fc.nat({ max: 9 }), (o, x, s, shift) => {
    const sent = Envelope.of(Job, { x, stamp: s }, o);
    const bytes = sent.toBytes();
    expect(bytes.length).toBe(sent.totalSize);
    const moved = new Uint8Array(bytes.length + shift);
    moved.set(bytes, shift);
    const got = Envelope.fromBytes(moved.subarray(shift));
    expect(got.header).toEqual(sent.header);
    expect(got.value(Job)).toEqual({ x, stamp: s });
  }));
});

it('lies at the offsets of the header', () => {
  const bytes = Envelope.of(Job, { x: 1, stamp: 2n }, { priority: 'critical', messageId: 5n }).toBytes();
  const data = new DataView(bytes.buffer);
  expect(data.getBigUint64(0, true)).toBe(0x52494e474b45524en);
  expect(new TextDecoder().decode(bytes.subarray(0, 8).toReversed())).toBe('RINGKERN');
  expect(data.getUint32(8, true)).toBe(1);
  expect(data.getBigUint64(16, true)).toBe(5n);
  expect(bytes[56]).toBe(3);
  expect(data.getBigUint64(64, true)).toBe(16n);
  expect(bytes.length).toBe(256 + 16);
});

describe('refuses', () => {
  const good = () => Envelope.of(Job, { x: 1, stamp: 2n }, { checksum: true }).toBytes();
  const change = (edit: (data: DataView, bytes: Uint8Array) => void): Uint8Array => {
    const bytes = good();
    edit(new DataView(bytes.buffer), bytes);
    return bytes;
  };

  it.each([
    ['too few bytes', () => good().subarray(0, 255), /^DeserializationError: .*255 bytes are fewer/],
    ['a cut payload', () => good().subarray(0, 260), /^DeserializationError: .*announces 16 bytes of payload, 4 follow/],
    ['more bytes than announced', () => Uint8Array.from([...good(), 0]), /^DeserializationError/],
    ['another magic number', () => change((d) => d.setUint8(0, 1)), /^ValidationError: .*magic/],
    ['another version', () => change((d) => d.setUint32(8, 2, true)), /^ValidationError: .*version 2/],
    ['version 0', () => change((d) => d.setUint32(8, 0, true)), /^ValidationError: .*version 0/],
    ['a payload above the limit', () => change((d) => d.setBigUint64(64, BigInt(MAX_PAYLOAD) + 1n, true)), /^ValidationError: .*65537 bytes/],
    ['a priority above critical', () => change((d) => d.setUint32(56, 4, true)), /^ValidationError: .*priority 4/],
    ['altered payload', () => change((_, b) => { b[260]! ^= 1; }), /^ChecksumMismatch: .*msg:/],
  ])('%s', (_, bytes, problem) => {
    expect(() => Envelope.fromBytes(bytes())).toThrow(problem);
  });

  it('names all that is wrong at once', () => {
    expect(() => Envelope.fromBytes(change((d) => {
      d.setUint32(56, 9, true);
      d.setBigUint64(64, 1n << 40n, true);
    }))).toThrow(/bytes.*; priority 9/);
  });

  it('the value of another type, and a payload that is too large', () => {
    const sent = Envelope.of(Job, { x: 1, stamp: 2n });
    expect(() => sent.value(Other)).toThrow(/^ValidationError: .*not 'Other'/);
    expect(() => Envelope.ofBytes(Job.typeId, new Uint8Array(4)).value(Job)).toThrow(/^ValidationError: .*4 bytes/);
    expect(() => Envelope.ofBytes(1n, new Uint8Array(MAX_PAYLOAD + 1))).toThrow(/^MessageTooLarge/);
  });
});

it('without a checksum, bytes are not compared', () => {
  const bytes = Envelope.of(Job, { x: 1, stamp: 2n }).toBytes();
  bytes[260]! ^= 1;
  expect(Envelope.fromBytes(bytes).header.checksum).toBe(0);
});

it('ids count from 1, differ, and print', () => {
  const ids = new IdSource();
  expect([ids.next(), ids.next(), new IdSource(41n).next()]).toEqual([1n, 2n, 42n]);
  expect(formatMessageId(42n)).toBe('msg:000000000000002a');
  const [a, b] = [Envelope.of(Job, { x: 1, stamp: 1n }), Envelope.of(Job, { x: 1, stamp: 1n })];
  expect(b.header.messageId).toBe(a.header.messageId + 1n);
  expect(kernelIdHash('adder')).not.toBe(kernelIdHash('adder2'));
  expect(HEADER_MAGIC).toBe(0x52494e474b45524en);
});

it('hashes as published test vectors say', () => {
  const bytes = new TextEncoder().encode('123456789');
  expect(crc32(bytes)).toBe(0xcbf43926);
  expect(crc32(bytes.subarray(4), crc32(bytes.subarray(0, 4)))).toBe(0xcbf43926);
  expect(fnv1a64('')).toBe(0xcbf29ce484222325n);
  expect(fnv1a64('a')).toBe(0xaf63dc4c8601ec8cn);
  expect(fnv1a64('foobar')).toBe(0x85944171f73967e8n);
});
