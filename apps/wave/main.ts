/** The page: commands from pointer and sliders to the membrane, pictures from it to the canvas. */
import type { BackendName } from '../../src/index.ts';
import { openHere, type Membrane, type MembraneCommand } from './membrane.ts';
import { colours } from './picture.ts';
import { openOnServer } from './remote.ts';

const at = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const show = (id: string, text: string): void => { at(id).textContent = text; };
const canvas = at<HTMLCanvasElement>('view');
const query = new URLSearchParams(location.search);
const pick = (id: string): string => at<HTMLSelectElement>(id).value;
const slider = (id: string): number => Number(at<HTMLInputElement>(id).value);
const params = (): { c2: number; keep: number } => ({ c2: slider('speed') ** 2, keep: 1 - slider('damping') });
const nextFrame = (): Promise<unknown> => new Promise((resolve) => { requestAnimationFrame(resolve); });

/** Answer times of commands, smoothed. */
let latency = 0;
async function command(to: Membrane, work: MembraneCommand): Promise<boolean> {
  const start = performance.now();
  try {
    await to.command(work);
  } catch (cause) {
    // A membrane that is being replaced answers nothing any more.
    if (current === to) fail(cause);
    return false;
  }
  const took = performance.now() - start;
  latency = latency === 0 ? took : latency * 0.8 + took * 0.2;
  show('latency', `${latency.toFixed(1)} ms`);
  return true;
}

function fail(error: unknown): void {
  const { message, why, fix } = error as { message?: string; why?: string; fix?: string };
  show('error', [message ?? String(error), why, fix].filter(Boolean).join('\n'));
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
  const [where, n] = [pick('backend'), Number(pick('size'))];
  const opened = where === 'server' ? await openOnServer(n, params()) : await openHere(where as BackendName | 'auto', n, params(), nextFrame);
  if (mine !== generation) return opened.close();
  current = opened;
  canvas.width = canvas.height = n;
  show('name', opened.name);
  show('device', opened.device);
  show('pause', 'Pause');
  at('pause').dataset['state'] = 'running';
  await paint(opened);
}

/** One picture at a time; a membrane sends no more than are painted. */
async function paint(membrane: Membrane): Promise<void> {
  const drawing = canvas.getContext('2d')!;
  const image = new ImageData(membrane.n, membrane.n);
  const pixels = new Uint32Array(image.data.buffer);
  let since = { step: 0, time: performance.now() };
  try {
    for await (const { step, dropped, cells } of membrane.frames()) {
      if (current !== membrane) return;
      for (let i = 0; i < pixels.length; i++) pixels[i] = colours[cells[i]! & 255]!;
      drawing.putImageData(image, 0, 0);
      const now = performance.now();
      if (now - since.time < 200) continue;
      show('step', String(step));
      show('dropped', String(dropped));
      if (step > since.step) show('rate', ((step - since.step) / ((now - since.time) / 1000)).toFixed(0));
      since = { step, time: now };
    }
  } catch (cause) {
    if (current === membrane) fail(cause);
  }
}

let placed = 0;

function use(event: PointerEvent): void {
  const membrane = current;
  if (membrane === null) return;
  const { n } = membrane;
  const box = canvas.getBoundingClientRect();
  const cell = [event.clientX - box.left, event.clientY - box.top].map((p) => Math.floor((p / box.width) * n)) as [number, number];
  if (cell.some((c) => c < 0 || c >= n)) return;
  const down = event.type === 'pointerdown';
  const tool = document.querySelector<HTMLInputElement>('input[name=tool]:checked')!.value;
  switch (tool) {
    case 'inject': void command(membrane, { op: 'inject', at: cell, radius: Math.max(2, n / 64), amount: down ? 1 : 0.3 }); break;
    case 'source':
      if (down) void command(membrane, { op: 'source', at: cell, amplitude: 0.4, period: n / 12 }).then((done) => { if (done) show('sources', String(++placed)); });
      break;
    default: void command(membrane, { op: 'wall', at: cell, radius: n / 100, value: tool === 'wall' ? 1 : 0 });
  }
}

canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); use(event); });
canvas.addEventListener('pointermove', (event) => { if (event.buttons === 1) use(event); });
for (const id of ['speed', 'damping']) at(id).addEventListener('input', () => { if (current !== null) void command(current, { op: 'set', params: params() }); });
at('pause').addEventListener('click', () => {
  if (current === null) return;
  const running = at('pause').dataset['state'] === 'running';
  void command(current, { op: running ? 'pause' : 'resume' });
  at('pause').dataset['state'] = running ? 'paused' : 'running';
  show('pause', running ? 'Resume' : 'Pause');
});
at('clear').addEventListener('click', () => {
  if (current === null) return;
  placed = 0;
  show('sources', '0');
  void command(current, { op: 'clear', params: params() });
});
for (const id of ['backend', 'size']) {
  const given = query.get(id);
  if (given !== null) at<HTMLSelectElement>(id).value = given;
  at(id).addEventListener('change', () => { placed = 0; void start().catch(fail); });
}
void start().catch(fail);
