/** Copying memory from one device to another, and finding the copy equal, without the host touching a byte of it. */
import { globalKernel, read, readwrite } from '../../../kernel/define.ts';
import { emitCuda } from '../../../kernel/emit/cuda/index.ts';
import { u32 } from '../../../layout/types.ts';
import type { Device } from '../device.ts';
import type { CudaFunction } from '../kernel.ts';

const threads = 256;
const mostGroups = 1024;

/** Sum, modulo 2^32, of every word mixed with its place by the finalizer of MurmurHash3 (Appleby): order of addition is free. */
const checksum = globalKernel({ id: 'rk_checksum', params: { words: read(u32), sum: readwrite(u32), count: u32, stride: u32 }, workgroup: 256 }, (g, { words, sum, count, stride }) => {
  const part = g.shared.u32(1);
  if (g.localId === 0) part[0] = 0;
  g.barrier();
  let own = 0;
  for (let i = g.id; i < count; i += stride) {
    let h = words[i]! ^ Math.imul(i, 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    own += h ^ (h >>> 16);
  }
  g.atomicAdd(part, 0, g.u32(own));
  g.barrier();
  if (g.localId === 0) g.atomicAdd(sum, 0, part[0]!);
});

const compiled = new WeakMap<Device, Promise<CudaFunction>>();

function functionOf(device: Device): Promise<CudaFunction> {
  let known = compiled.get(device);
  if (known === undefined) {
    known = (async () => {
      const { CudaKernel } = await import('../kernel.ts');
      const { text, entries } = emitCuda(checksum.program);
      return (await CudaKernel.compile(device, { source: text, entries })).getFunction(entries[0]!);
    })();
    compiled.set(device, known);
    known.catch(() => compiled.delete(device));
  }
  return known;
}

/** Compiles what `checksumOf` needs, so that no copy waits for it. */
export async function prepareChecksum(device: Device): Promise<void> {
  await functionOf(device);
}

/** Checksum of memory of this device, whole words. No resident kernel may run: it could take all the room there is. */
export async function checksumOf(device: Device, address: bigint, bytes: number): Promise<number> {
  const fn = await functionOf(device);
  const count = Math.ceil(bytes / 4);
  const groups = Math.max(1, Math.min(mostGroups, Math.ceil(count / threads)));
  device.use();
  const sum = device.heap.allocate(4);
  try {
    device.heap.settle();
    await fn.launch({ grid: groups, block: threads }, [address, BigInt(count), sum.address, 1n, count, groups * threads]);
    await device.finished(device.stream);
    return new DataView(device.heap.read(sum.address, 4).buffer).getUint32(0, true);
  } finally {
    device.heap.free(sum);
  }
}

/** Bytes a millisecond that a direct link moves at least, and milliseconds the event loop is held at most to see the end at once. */
const slowest = 1.5e8;
const longest = 5;

/** Copies from one device to another; resolves to the milliseconds it took. Both contexts have access to each other. */
export async function copyAcross(from: Device, source: bigint, to: Device, target: bigint, bytes: number): Promise<number> {
  from.use();
  const start = performance.now();
  from.driver.call('copyToPeer', target, to.context, source, from.context, bytes, from.stream);
  await from.finished(from.stream, Math.min(longest, Math.max(0.2, bytes / slowest)));
  return performance.now() - start;
}
