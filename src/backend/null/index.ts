/** A backend for tests: compiles every program for every target, and runs nothing. */
import { fail } from '../../error/index.ts';
import type { Need, Program } from '../../kernel/ir.ts';
import type { Availability, Backend, CompiledKernel, Context, DeviceBuffer, DeviceInfo } from '../contract.ts';
import { NullEngine } from './engine.ts';
import { compileForAll } from './targets.ts';

const device: DeviceInfo = { backend: 'null', index: 0, name: 'nothing', memory: 0, detail: {} };

const everything: readonly Need[] = ['f16', 'f64', 'i64', 'atomics', 'atomics64', 'atomicsFloat', 'shared', 'barrier', 'gridBarrier', 'subgroups', 'send', 'clock', 'hlc', 'debug'];

/** Host memory, so that what is written can be read back. */
class NullBuffer implements DeviceBuffer {
  readonly bytes: number;
  readonly label: string;
  readonly content: Uint8Array;
  released = false;

  constructor(bytes: number, label: string) {
    this.bytes = bytes;
    this.label = label;
    this.content = new Uint8Array(bytes);
  }

  [Symbol.dispose](): void {
    this.released = true;
  }
}

function contentOf(buffer: DeviceBuffer): Uint8Array {
  if (!(buffer instanceof NullBuffer) || buffer.released) {
    throw fail('InvalidConfig', { option: 'buffer', value: buffer.label, reason: 'It belongs to another backend, or has been released.' });
  }
  return buffer.content;
}

const bytesOf = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

async function compile(program: Program | { readonly source: string; readonly entries: readonly string[] }): Promise<CompiledKernel> {
  const texts = 'kind' in program ? compileForAll(program) : [{ target: 'source', text: program.source, reason: '' }];
  const entries = 'kind' in program ? [program.id] : program.entries;
  return {
    source: texts.map(({ target, text, reason }) => `// ---- ${target}\n${text ?? `// ${reason}`}\n`).join('\n'),
    entries,
    getFunction(name) {
      if (!entries.includes(name)) throw fail('InvalidConfig', { option: 'getFunction', value: name, reason: `It has ${entries.join(', ')}.` });
      return { name, launch: () => Promise.resolve() };
    },
    [Symbol.dispose]: () => undefined,
  };
}

function createContext(): Context {
  let engine: NullEngine | null = null;
  let streams = 0;
  return {
    device,
    capabilities: {
      needs: new Set(everything), persistent: true, deviceDelivery: true, dropOldest: true, persistentGrid: false, maxWorkgroup: 1024, maxSharedBytes: 49_152, subgroupSize: 0,
    },
    allocate: (bytes, options) => new NullBuffer(bytes, options?.label ?? 'buffer'),
    write: async (buffer, source, offset = 0) => contentOf(buffer).set(bytesOf(source), offset),
    read: async (buffer, target, offset = 0) => bytesOf(target).set(contentOf(buffer).subarray(offset, offset + target.byteLength)),
    copy: async (from, to, bytes, fromOffset = 0, toOffset = 0) => contentOf(to).set(contentOf(from).subarray(fromOffset, fromOffset + bytes), toOffset),
    compile,
    createStream: () => ({ id: ++streams, [Symbol.dispose]: () => undefined }),
    synchronize: () => Promise.resolve(),
    engine: async () => (engine ??= new NullEngine()),
    [Symbol.asyncDispose]: async () => { await engine?.[Symbol.asyncDispose](); },
  };
}

export const backend: Backend = {
  name: 'null',
  probe: (): Promise<Availability> => Promise.resolve({ available: true, devices: [device] }),
  createContext: () => Promise.resolve(createContext()),
};
