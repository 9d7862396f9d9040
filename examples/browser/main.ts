/** A page that launches kernels and shows what they answer, on WebGPU or, without it, on the CPU. */
import { RingKernel, type BackendName } from '../../src/index.ts';
import { end, link, mandelbrot, statistics } from './kernels.ts';

const at = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const show = (id: string, text: string): void => { at(id).textContent = text; };

async function start(): Promise<void> {
  // ?backend=cpu asks for one; otherwise the best there is.
  const asked = new URLSearchParams(location.search).get('backend') as BackendName | null;
  const ring = await RingKernel.open({ backend: asked ?? 'auto' });
  show('backend', ring.backend);
  show('device', ring.context?.device.name ?? '');
  show('isolation', crossOriginIsolated
    ? 'yes: the page is cross-origin isolated, the CPU backend uses worker threads'
    : 'no: the page is not cross-origin isolated, the CPU backend runs as passes on this thread');
  show('skipped', ring.skipped.map(({ backend, reason }) => `${backend} (${reason})`).join('; ') || 'none');

  const kernel = await ring.launch(statistics);
  const send = async (value: number): Promise<void> => {
    const reply = await kernel.call({ value });
    show('reply', `count ${reply.count}, mean ${reply.mean.toFixed(3)}, highest ${reply.highest.toFixed(3)}`);
    const state = await kernel.readState();
    show('state', `count ${state.count}, sum ${state.sum.toFixed(3)}, highest ${state.highest.toFixed(3)}`);
  };
  at('send').onclick = () => void send(Number(at<HTMLInputElement>('sample').value)).catch(fail);
  at('many').onclick = async () => {
    const replies = await Promise.all(Array.from({ length: 1000 }, (_, i) => kernel.call({ value: i / 100 })));
    show('reply', `${replies.length} replies, the last counts ${replies.at(-1)!.count}`);
  };
  await send(2.5);

  const links = await Promise.all(Array.from({ length: 8 }, (_, i) => ring.launch(link, { id: `link-${i}` })));
  const last = await ring.launch(end);
  for (const [i, one] of links.entries()) await one.connect('next', links[i + 1] ?? last);
  at('chain').onclick = async () => {
    await links[0]!.send({ hops: 0 });
    const { hops } = await last.receive();
    show('chained', `arrived after ${hops} hops`);
  };

  await paint(ring);

  const samples: number[] = [];
  for (let i = 0; i < 200; i++) {
    const before = performance.now();
    await kernel.call({ value: 0 });
    samples.push(performance.now() - before);
  }
  samples.sort((a, b) => a - b);
  show('latency', `${(samples[100]! * 1000).toFixed(0)} µs`);
  show('status', 'ready');
}

/** A picture from one batch: every pixel is a message. */
async function paint(ring: RingKernel): Promise<void> {
  const canvas = at<HTMLCanvasElement>('picture');
  const { width, height } = canvas;
  const x = Float32Array.from({ length: width * height }, (_, i) => ((i % width) / width) * 3 - 2.2);
  const y = Float32Array.from({ length: width * height }, (_, i) => (Math.floor(i / width) / height) * 3 - 1.5);
  const shader = await ring.launch(mandelbrot);
  const { turns } = await shader.callBatch({ x, y });
  const image = new ImageData(width, height);
  turns.forEach((n, i) => image.data.set([n * 4, n * 2, 255 - n * 4, 255], i * 4));
  canvas.getContext('2d')!.putImageData(image, 0, 0);
}

function fail(error: unknown): void {
  show('error', error instanceof Error ? `${error.message}\n${'why' in error ? `${error.why}\n` : ''}${'fix' in error ? String(error.fix) : ''}` : String(error));
  show('status', 'failed');
}

start().catch(fail);
