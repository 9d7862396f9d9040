/** One round of a soak: the operations, and what is read meanwhile. */
import { RingKernelError } from '../../error/index.ts';
import type { KernelHandle } from '../../runtime/handle.ts';
import type { MessageOptions } from '../../runtime/options.ts';
import type { RingKernel } from '../../runtime/ring-kernel.ts';
import type { Random } from '../random.ts';
import { Job, Long, sealOf, soakKind, soakLeaf, tailWords, type SoakKernel } from './kinds.ts';
import { Ledger } from './ledger.ts';

export interface RoundOptions {
  readonly kinds: number;
  readonly kernels: number;
  readonly burst: number;
  readonly patience: number;
  readonly placements: readonly Readonly<Record<string, unknown>>[];
  readonly variety: boolean;
}

export interface Counts {
  launched: number;
  ended: number;
  deactivated: number;
  connected: number;
  read: number;
  calls: number;
  batches: number;
  letters: number;
}

type DoneValue = { readonly sender: number; readonly n: number; readonly flaws: number; readonly by: number; readonly forwarded: number };

interface JobValue { readonly sender: number; readonly n: number; readonly hops: number; readonly seal: number }
interface LongValue extends JobValue { readonly tail: number[] }

interface Living {
  readonly handle: KernelHandle<SoakKernel>;
  readonly serial: number;
  /** Has a port, and takes long messages. */
  readonly full: boolean;
  readonly lanes: boolean;
  readonly reading: Promise<void>;
  readonly placement: Readonly<Record<string, unknown>>;
  /** One change of its life at a time. */
  busy: boolean;
}

/** The host sends under a number for each lane: order holds within a lane. */
const laneSenders = { critical: 1, high: 2, normal: 3, low: 4 } as const;
const lanes = ['critical', 'high', 'normal', 'low'] as const;
const firstKernel = 8;

const turn = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 0); });
const codeOf = (error: unknown): string => (error instanceof RingKernelError ? error.code : String(error));
/** What a kernel that ends says to those who wait. */
const endings = new Set(['KernelTerminated', 'KernelNotActive']);

export class Round {
  readonly ledger = new Ledger();
  readonly counts: Counts = { launched: 0, ended: 0, deactivated: 0, connected: 0, read: 0, calls: 0, batches: 0, letters: 0 };
  readonly #ring: RingKernel;
  readonly #options: RoundOptions;
  readonly #living: Living[] = [];
  readonly #readers: Promise<void>[] = [];
  readonly #numbers: Record<number, number> = {};
  readonly #kinds: readonly (SoakKernel | ReturnType<typeof soakLeaf>)[];
  readonly #listening: Disposable;
  #serial = firstKernel;
  #launching = 0;

  constructor(ring: RingKernel, options: RoundOptions) {
    this.#ring = ring;
    this.#options = options;
    this.#kinds = Array.from({ length: options.kinds }, (_, i) => [soakKind(i), soakLeaf(i)]).flat();
    this.#listening = ring.on((event) => {
      if (event.type !== 'deadLetter') return;
      const { letter } = event;
      this.counts.letters++;
      const { sender, n } = letter.value as DoneValue;
      this.ledger.outcome(sender, n, `dead letter of ${letter.kernel}: ${letter.reason}`);
    });
  }

  /** One hand: so many operations one after the other. */
  async work(random: Random, operations: number): Promise<void> {
    for (let i = 0; i < operations; i++) await this.#operate(random);
  }

  /** Nothing more is sent by the host: waits until every message has its outcome. */
  async settle(): Promise<void> {
    for (const k of this.#living) if (k.handle.state === 'deactivated') await k.handle.activate();
    const end = performance.now() + this.#options.patience;
    while (!this.ledger.even && performance.now() < end) await turn();
    for (const k of this.#living) {
      // Counts may follow the answers.
      while (k.handle.status().inputDepth !== 0 && performance.now() < end) await turn();
      const { processed } = k.handle.metrics();
      if (this.ledger.even && k.handle.status().inputDepth !== 0) this.ledger.flaw(`kernel ${k.serial} has handled ${processed}, and still something waits`);
    }
  }

  /** Ends what lives, and closes the books. */
  async end(): Promise<void> {
    for (const k of this.#living.splice(0)) {
      if (k.handle.state !== 'terminated') await k.handle.terminate();
    }
    await Promise.all(this.#readers);
    this.#listening[Symbol.dispose]();
    this.ledger.close();
  }

  async #operate(random: Random): Promise<void> {
    const k = this.#living.length === 0 ? null : random.pick(this.#living);
    const choice = random.below(100);
    if (k === null || choice < 12) return this.#launch(random);
    if (choice < 20) return this.#end(k, random);
    if (choice < 26) return this.#suspend(k, random);
    if (choice < 32) return this.#connect(k, random);
    if (choice < 36) return this.#read(k);
    if (choice < 56) return this.#burst(k, random);
    if (choice < 70) return this.#sends(k, random);
    if (choice < 88) return this.#calls(k, random);
    return this.#batch(k, random);
  }

  // ---------------------------------------------------------------- lives

  async #launch(random: Random): Promise<void> {
    const serial = this.#serial++;
    const i = random.below(this.#kinds.length);
    const full = i % 2 === 0;
    const definition = this.#kinds[i]! as SoakKernel;
    const lanesWanted = this.#options.variety && random.chance(0.3);
    const envelope = this.#options.variety && random.chance(0.2) ? 'full' as const : 'compact' as const;
    const placement = random.pick(this.#options.placements);
    const target = full && this.#living.length > 0 && random.chance(0.8) ? random.pick(this.#living).handle : null;
    if (this.#living.length + this.#launching >= this.#options.kernels) return turn();
    this.#launching++;
    const handle = await this.#ring.launch(definition, {
      id: `soak-${serial}`, initialState: { serial }, placement, envelope, priorities: lanesWanted,
      queueCapacity: 8 << random.below(7), outputCapacity: 8 << random.below(7),
      ...(target === null || target.state === 'terminated' ? {} : { connect: { next: target.id } }),
    }).finally(() => { this.#launching--; });
    this.counts.launched++;
    const reading = this.#readAll(handle);
    this.#readers.push(reading);
    this.#living.push({ handle, serial, full, lanes: lanesWanted, reading, placement: { ...placement, envelope }, busy: false });
  }

  async #end(k: Living, random: Random): Promise<void> {
    if (k.busy) return turn();
    k.busy = true;
    const drain = random.chance(0.3) && k.handle.state === 'active';
    // While it drains, others may go on sending to it: only from here on it is not chosen any more.
    this.#living.splice(this.#living.indexOf(k), 1);
    if (drain) await k.handle.terminate({ drain }).catch((error: unknown) => { if (codeOf(error) !== 'Timeout') throw error; return k.handle.terminate(); });
    else await k.handle.terminate();
    this.counts.ended++;
  }

  async #suspend(k: Living, random: Random): Promise<void> {
    if (k.busy) return turn();
    k.busy = true;
    await k.handle.deactivate();
    // What is sent to it meanwhile waits, calls included: nobody else will wake it.
    for (let turns = random.below(20); turns > 0; turns--) await turn();
    await k.handle.activate();
    this.counts.deactivated++;
    k.busy = false;
  }

  async #connect(k: Living, random: Random): Promise<void> {
    if (!k.full || k.busy) return turn();
    k.busy = true;
    if (random.chance(0.15)) await k.handle.disconnect('next');
    else await k.handle.connect('next', random.pick(this.#living).handle.id);
    this.counts.connected++;
    k.busy = false;
  }

  async #read(k: Living): Promise<void> {
    if (k.busy) return turn();
    k.busy = true;
    const state = await k.handle.readState();
    if (state.serial !== k.serial) this.ledger.flaw(`the state of kernel ${k.serial} is that of ${state.serial}`);
    this.counts.read++;
    k.busy = false;
  }

  // ---------------------------------------------------------------- messages

  #job(sender: number, hops: number): JobValue {
    const n = this.#numbers[sender] = (this.#numbers[sender] ?? 0) + 1;
    return { sender, n, hops, seal: sealOf(sender, n, hops) };
  }

  #long(sender: number): LongValue {
    const job = this.#job(sender, 0);
    return { ...job, tail: Array.from({ length: tailWords }, (_, i) => job.n + i) };
  }

  #way(k: Living, random: Random): { sender: number; options: MessageOptions } {
    const priority = k.lanes ? random.pick(lanes) : 'normal';
    return { sender: laneSenders[priority], options: { priority, timeout: this.#options.patience } };
  }

  /** As many as find room, without waiting. */
  async #burst(k: Living, random: Random): Promise<void> {
    const { sender, options } = this.#way(k, random);
    if (k.handle.state !== 'active') return turn();
    const count = 1 + random.below(this.#options.burst);
    const long = k.full && random.chance(0.25);
    for (let i = 0; i < count; i++) {
      const hops = random.chance(0.3) ? random.below(4) : 0;
      const last = this.#numbers[sender] ?? 0;
      const value = long ? this.#long(sender) : this.#job(sender, hops);
      const taken = long ? k.handle.trySend(Long, value as LongValue, options) : k.handle.trySend(Job, value, options);
      if (!taken) {
        this.#numbers[sender] = last;
        break;
      }
      this.ledger.taken(sender, value.n, 'try', k.serial);
    }
    await turn();
  }

  /** Some that wait for room; some with a deadline that may pass. */
  async #sends(k: Living, random: Random): Promise<void> {
    const { sender, options } = this.#way(k, random);
    const count = 1 + random.below(20);
    const deadline = random.chance(0.1) ? Date.now() + 1 + random.below(50) : undefined;
    await Promise.all(Array.from({ length: count }, async () => {
      const job = this.#job(sender, random.below(3));
      try {
        await k.handle.send(Job, job, deadline === undefined ? options : { ...options, deadline });
      } catch (error) {
        this.#expected(k, error);
        return this.ledger.refused(sender, job.n);
      }
      this.ledger.taken(sender, job.n, 'send', k.serial);
    }));
  }

  async #calls(k: Living, random: Random): Promise<void> {
    const { sender, options } = this.#way(k, random);
    const long = k.full && random.chance(0.3);
    const count = 1 + random.below(20);
    await Promise.all(Array.from({ length: count }, async () => {
      const value = long ? this.#long(sender) : this.#job(sender, random.below(3));
      const asked = long ? k.handle.call(Long, value as LongValue, options) : k.handle.call(Job, value, options);
      try {
        const done = await asked;
        this.counts.calls++;
        if (done.sender !== sender || done.n !== value.n) this.ledger.flaw(`${sender}:${value.n} was answered as ${done.sender}:${done.n}`);
        this.#done(done);
      } catch (error) {
        this.#expected(k, error);
        return this.ledger.uncertain(sender, value.n);
      }
      this.ledger.taken(sender, value.n, 'call', k.serial);
    }));
  }

  async #batch(k: Living, random: Random): Promise<void> {
    const { sender, options } = this.#way(k, random);
    const count = 1 + random.below(this.#options.burst);
    const jobs = Array.from({ length: count }, () => this.#job(sender, 0));
    const column = (name: 'sender' | 'n' | 'hops' | 'seal'): Uint32Array => Uint32Array.from(jobs, (job) => job[name]);
    const columns = { sender: column('sender'), n: column('n'), hops: column('hops'), seal: column('seal') };
    try {
      const taken = await k.handle.sendBatch(Job, columns, options);
      if (taken !== count) this.ledger.flaw(`${taken} of a batch of ${count} were taken`);
    } catch (error) {
      this.#expected(k, error);
      for (const job of jobs) this.ledger.uncertain(sender, job.n);
      return;
    }
    this.counts.batches++;
    for (const job of jobs) this.ledger.taken(sender, job.n, 'batch', k.serial);
  }

  /** A kernel that ends says so. One that does not answer in time is a flaw, with all that is known of it. */
  #expected(k: Living, error: unknown): void {
    const code = codeOf(error);
    if (code === 'Timeout') return this.ledger.flaw(`kernel ${k.serial} does not answer: ${JSON.stringify({ ...k.handle.status(), ...k.handle.metrics(), placement: k.placement })}`);
    if (!endings.has(code)) throw error;
  }

  // ---------------------------------------------------------------- what comes back

  async #readAll(handle: KernelHandle<SoakKernel>): Promise<void> {
    for await (const reply of handle) this.#done(reply);
  }

  #done({ sender, n, flaws, by, forwarded }: DoneValue): void {
    this.ledger.outcome(sender, n, `handled by ${by}`);
    if ((flaws & 1) !== 0) this.ledger.flaw(`${sender}:${n} came out of order to ${by}`);
    if ((flaws & 2) !== 0) this.ledger.flaw(`${sender}:${n} was damaged on its way to ${by}`);
    if (forwarded !== 0) this.ledger.taken(by, forwarded, 'port', 0);
  }
}

