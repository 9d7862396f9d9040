/** Membranes that step on this machine, for pages elsewhere: opened, commanded and watched over HTTP. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RingKernel, type BackendName } from '../../../src/index.ts';
import { obey, openSimulation, snapshot, type LocalSimulation, type MembraneCommand, type MembraneParams } from '../membrane.ts';
import { FrameSender, type SenderStats } from './sender.ts';

export interface WaveServerOptions {
  /** Default: CUDA where it is, else the CPU. */
  readonly backend?: BackendName;
  /** Membranes at a time. Default 4. */
  readonly most?: number;
  /** Calls `over` when a membrane that was opened has had its time to be watched, unless cancelled before. Default: 10 seconds. */
  readonly grace?: (over: () => void) => () => void;
  /** Calls `tick` when frames are due, until the function it returns is called. Default: 30 times a second. */
  readonly ticker?: (tick: () => void) => () => void;
}

interface Session {
  readonly ring: RingKernel;
  readonly sim: LocalSimulation;
  readonly n: number;
  sender: FrameSender | null;
  /** Ends what ticks for it: the wait for somebody who watches, then the frames. */
  stop: () => void;
}

const everyFrame = (tick: () => void): (() => void) => {
  const timer = setInterval(tick, 1000 / 30);
  return () => { clearInterval(timer); };
};

const tenSeconds = (over: () => void): (() => void) => {
  const timer = setTimeout(over, 10_000);
  return () => { clearTimeout(timer); };
};

class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export class WaveServer implements AsyncDisposable {
  readonly #options: WaveServerOptions;
  readonly #sessions = new Map<string, Session>();

  constructor(options: WaveServerOptions = {}) {
    this.#options = options;
  }

  /** Serves what lies under `/wave/`; false: the request is for somebody else. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const match = /^\/wave\/(?:(open)|([0-9a-f-]{36})\/(command|frames|seen|close))$/.exec(path);
    if (match === null) return false;
    const [, open, id = '', action = ''] = match;
    const work = open === undefined ? this.#act(id, action, request, response) : this.#open(request);
    work.then((answer) => {
      if (answer !== undefined) send(response, 200, answer);
    }, (error: unknown) => {
      const { message, code, fix, status = 500 } = error as Refused & { code?: string; fix?: string };
      send(response, status, { error: { message, code, fix } });
    });
    return true;
  }

  /** How the frames of each membrane fare. */
  stats(): SenderStats[] {
    return [...this.#sessions.values()].flatMap(({ sender }) => (sender === null ? [] : [sender.stats()]));
  }

  get membranes(): number {
    return this.#sessions.size;
  }

  async #open(request: IncomingMessage): Promise<object> {
    const { n, params } = await json(request) as { n: number; params: MembraneParams };
    if (!Number.isInteger(n) || n < 8 || n > 4096) throw new Refused(400, 'A membrane has 8 to 4096 cells along each side.');
    if (this.#sessions.size >= (this.#options.most ?? 4)) throw new Refused(503, 'There are as many membranes as this server holds.');
    const backend = this.#options.backend ?? ((await RingKernel.availability()).get('cuda')!.available ? 'cuda' : 'cpu');
    const ring = await RingKernel.open({ backend });
    try {
      const sim = await openSimulation(ring, n, params);
      await sim.play();
      const id = randomUUID();
      // Nobody watches: nobody would end it.
      const stop = (this.#options.grace ?? tenSeconds)(() => { void this.#close(id); });
      this.#sessions.set(id, { ring, sim, n, sender: null, stop });
      return { id, backend: ring.backend, device: ring.context!.device.name };
    } catch (cause) {
      await ring.close();
      throw cause;
    }
  }

  async #act(id: string, action: string, request: IncomingMessage, response: ServerResponse): Promise<object | undefined> {
    const session = this.#sessions.get(id);
    if (session === undefined) throw new Refused(404, 'There is no such membrane.');
    if (action === 'frames') {
      this.#stream(id, session, response);
      return undefined;
    }
    const body = await json(request);
    if (action === 'command') return obey(session.sim, session.n, body as MembraneCommand);
    if (action === 'seen') session.sender?.seen((body as { number: number }).number);
    else await this.#close(id);
    return {};
  }

  /** A page watches: frames until it leaves, and with it the membrane ends. */
  #stream(id: string, session: Session, response: ServerResponse): void {
    if (session.sender !== null) throw new Refused(409, 'This membrane is being watched already.');
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
    const sender = new FrameSender(() => snapshot(session.sim, session.n), {
      write: (bytes) => response.write(bytes),
      drained: () => new Promise((resolve) => {
        const over = (): void => {
          response.off('drain', over).off('close', over);
          resolve();
        };
        response.on('drain', over).on('close', over);
      }),
    });
    session.sender = sender;
    session.stop();
    session.stop = (this.#options.ticker ?? everyFrame)(() => {
      sender.due().catch(() => { void this.#close(id); });
    });
    response.on('close', () => { void this.#close(id); });
  }

  async #close(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    this.#sessions.delete(id);
    session.stop();
    await session.sim.terminate();
    await session.ring.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#sessions.keys()].map((id) => this.#close(id)));
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) {
    response.end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function json(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > 65_536) throw new Refused(413, 'A command is shorter.');
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new Refused(400, 'That is no JSON.');
  }
}
