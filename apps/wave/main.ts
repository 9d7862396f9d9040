/** The page: commands from pointer and sliders to the simulation, snapshots from it to the canvas. */
import { RingKernel, type BackendName } from '../../src/index.ts';
import { Simulation } from '../../src/stencil/index.ts';
import { membrane } from './wave.ts';

const at = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const show = (id: string, text: string): void => { at(id).textContent = text; };
const canvas = at<HTMLCanvasElement>('view');
const query = new URLSearchParams(location.search);
const pick = (id: string): string => at<HTMLSelectElement>(id).value;
const slider = (id: string): number => Number(at<HTMLInputElement>(id).value);
const params = (): { c2: number; keep: number } => ({ c2: slider('speed') ** 2, keep: 1 - slider('damping') });

type Membrane = Awaited<ReturnType<typeof open>>;

async function open(backend: BackendName | 'auto', n: number) {
  const ring = await RingKernel.open({ backend });
  // A slice of a frame's half: commands wait no longer, and half of the time is left for painting.
  const sim = await Simulation.open(ring, membrane, { size: [n, n], params: params(), boundary: { fixed: 0 }, slice: 8 });
  return { ring, sim, n, async close() { await sim.terminate(); await ring.close(); } };
}

/** Answer times of commands, smoothed. */
let latency = 0;
async function command<T>(work: Promise<T>): Promise<T | null> {
  const start = performance.now();
  try {
    const answer = await work;
    const took = performance.now() - start;
    latency = latency === 0 ? took : latency * 0.8 + took * 0.2;
    show('latency', `${latency.toFixed(1)} ms`);
    return answer;
  } catch (cause) {
    // A simulation that is being replaced answers nothing any more.
    if ((cause as { code?: string }).code !== 'KernelTerminated') fail(cause);
    return null;
  }
}

function fail(error: unknown): void {
  const { message, why, fix } = error as { message?: string; why?: string; fix?: string };
  show('error', [message ?? String(error), why, fix].filter(Boolean).join('\n'));
}

/** Displacement to colour: blue below, orange above, walls grey. */
function paint({ u, wall }: { readonly u: ArrayLike<number>; readonly wall: ArrayLike<number> }, image: ImageData): void {
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) {
    const v = Math.max(-1, Math.min(1, u[i]! * 2.5));
    const a = Math.abs(v) ** 0.6 * 255;
    const [r, g, b] = v >= 0 ? [a, a * 0.62, a * 0.2 + 12] : [a * 0.15, a * 0.55, a + 12];
    pixels[i] = wall[i]! > 0 ? 0xff8a8f99 : (255 << 24) | (Math.min(255, b) << 16) | (g << 8) | r;
  }
}

let current: Membrane | null = null;
let generation = 0;

async function start(): Promise<void> {
  const mine = ++generation;
  const before = current;
  current = null;
  await before?.close();
  show('name', 'opening…');
  show('error', '');
  show('sources', '0');
  latency = 0;
  const opened = await open(pick('backend') as BackendName | 'auto', Number(pick('size')));
  if (mine !== generation) return opened.close();
  current = opened;
  const { sim, ring, n } = opened;
  canvas.width = canvas.height = n;
  show('name', ring.backend);
  show('device', ring.context?.device.name ?? '');
  show('pause', 'Pause');
  at('pause').dataset['state'] = 'running';
  await sim.play();
  await Promise.all([watch(opened), frames(opened)]);
}

async function watch({ sim }: Membrane): Promise<void> {
  let shown = 0;
  let since = { step: 0, time: performance.now() };
  for await (const { step } of sim.progress()) {
    const now = performance.now();
    if (now - shown < 200) continue;
    show('step', String(step));
    if (step > since.step) show('rate', ((step - since.step) / ((now - since.time) / 1000)).toFixed(0));
    since = { step, time: now };
    shown = now;
  }
}

/** One picture at a time: the next snapshot is asked for when this one is on the screen. */
async function frames(opened: Membrane): Promise<void> {
  const image = new ImageData(opened.n, opened.n);
  const drawing = canvas.getContext('2d')!;
  while (current === opened) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    try {
      const { fields } = await opened.sim.snapshot({ fields: ['u', 'wall'], urgent: true });
      paint(fields, image);
      drawing.putImageData(image, 0, 0);
    } catch (cause) {
      if (current === opened) fail(cause);
      return;
    }
  }
}

let placed = 0;

function use(event: PointerEvent): void {
  if (current === null) return;
  const { sim, n } = current;
  const box = canvas.getBoundingClientRect();
  const cell = [event.clientX - box.left, event.clientY - box.top].map((p) => Math.floor((p / box.width) * n)) as [number, number];
  if (cell.some((c) => c < 0 || c >= n)) return;
  const tool = document.querySelector<HTMLInputElement>('input[name=tool]:checked')!.value;
  const radius = Math.max(2, n / 64);
  switch (tool) {
    case 'inject': void command(sim.inject({ at: cell, radius, amount: event.type === 'pointerdown' ? 1 : 0.3, urgent: true })); break;
    case 'source':
      if (event.type === 'pointerdown') void command(sim.addSource({ at: cell, amplitude: 0.4, period: n / 12 }, { urgent: true })).then((done) => { if (done !== null) show('sources', String(++placed)); });
      break;
    default: void command(sim.paint({ field: 'wall', at: cell, radius: n / 100, value: tool === 'wall' ? 1 : 0, urgent: true }));
  }
}

canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); use(event); });
canvas.addEventListener('pointermove', (event) => { if (event.buttons === 1) use(event); });
for (const id of ['speed', 'damping']) at(id).addEventListener('input', () => { if (current !== null) void command(current.sim.set(params(), { urgent: true })); });
at('pause').addEventListener('click', () => {
  if (current === null) return;
  const running = at('pause').dataset['state'] === 'running';
  void command(running ? current.sim.pause() : current.sim.resume());
  at('pause').dataset['state'] = running ? 'paused' : 'running';
  show('pause', running ? 'Resume' : 'Pause');
});
at('clear').addEventListener('click', () => {
  if (current === null) return;
  placed = 0;
  show('sources', '0');
  const { sim, n } = current;
  void command(sim.reset({ urgent: true }));
  void command(sim.load('wall', new Float32Array(n * n), { urgent: true }));
  void command(sim.set(params(), { urgent: true }));
});
for (const id of ['backend', 'size']) {
  const given = query.get(id);
  if (given !== null) at<HTMLSelectElement>(id).value = given;
  at(id).addEventListener('change', () => { placed = 0; void start().catch(fail); });
}
void start().catch(fail);
