/** Who sent which numbers, and what became of each: exactly one thing, or it is a flaw. */

/** What is known of one message, as bits. */
const announced = 1;
const settled = 2;
/** It may have been taken or not: its sender was told of an end. */
const uncertain = 4;
/** Its sender was told that it was not taken. */
const refused = 8;

const firstRoom = 1024;
/** Flaws kept with their text; all are counted. */
const keptFlaws = 20;

/** How a message went. */
export const ways = ['try', 'send', 'call', 'batch', 'port'] as const;
export type Way = (typeof ways)[number];

class Sender {
  bits = new Uint8Array(firstRoom);
  /** Way and receiver, so that a flaw can say what it was. */
  notes = new Uint32Array(firstRoom);
  /** Largest number seen. */
  last = 0;

  at(n: number): number {
    if (n >= this.bits.length) {
      const grown = new Uint8Array(Math.max(n + 1, this.bits.length * 2));
      grown.set(this.bits);
      this.bits = grown;
      const notes = new Uint32Array(grown.length);
      notes.set(this.notes);
      this.notes = notes;
    }
    if (n > this.last) this.last = n;
    return this.bits[n]!;
  }
}

export class Ledger {
  readonly flaws: string[] = [];
  flawCount = 0;
  /** Messages that were taken for certain. */
  sent = 0;
  /** Messages with an outcome. */
  done = 0;
  /** Taken for certain, without an outcome yet. */
  open = 0;
  /** Outcomes of messages nobody has told of yet. */
  early = 0;
  readonly #senders = new Map<number, Sender>();

  /** The message was taken; `to`: by the kernel of this number, 0: unknown. */
  taken(sender: number, n: number, way: Way, to: number): void {
    const of = this.#of(sender);
    const bits = of.at(n);
    of.notes[n] = to * 8 + ways.indexOf(way);
    if ((bits & (announced | refused)) !== 0) return this.flaw(`${sender}:${n} was announced twice`);
    of.bits[n] = bits | announced;
    this.sent++;
    if ((bits & settled) === 0) this.open++;
    else this.early--;
  }

  /** The message was not taken, for certain. */
  refused(sender: number, n: number): void {
    const of = this.#of(sender);
    const bits = of.at(n);
    if ((bits & settled) !== 0) this.flaw(`${sender}:${n} was refused, and arrived`);
    of.bits[n] = bits | refused;
  }

  /** Nobody can say whether the message was taken: at most one outcome. */
  uncertain(sender: number, n: number): void {
    const of = this.#of(sender);
    const bits = of.at(n);
    of.bits[n] = bits | uncertain;
    if ((bits & settled) !== 0) this.early--;
  }

  /** The message was handled, or has become a dead letter. */
  outcome(sender: number, n: number, what: string): void {
    const of = this.#of(sender);
    const bits = of.at(n);
    if ((bits & settled) !== 0) return this.flaw(`${sender}:${n} has a second outcome: ${what}`);
    if ((bits & refused) !== 0) return this.flaw(`${sender}:${n} was refused, and arrived: ${what}`);
    of.bits[n] = bits | settled;
    this.done++;
    if ((bits & announced) !== 0) this.open--;
    else if ((bits & uncertain) === 0) this.early++;
  }

  flaw(text: string): void {
    this.flawCount++;
    if (this.flaws.length < keptFlaws) this.flaws.push(text);
  }

  /** Every message has its outcome, and every outcome its message. */
  get even(): boolean {
    return this.open === 0 && this.early === 0;
  }

  /** Flaws of what is not even: what is lost, and what came from nowhere. */
  close(): void {
    for (const [sender, { bits, notes, last }] of this.#senders) {
      for (let n = 1; n <= last; n++) {
        const known = bits[n]!;
        if ((known & announced) !== 0 && (known & settled) === 0) this.flaw(`${sender}:${n} is lost (${ways[notes[n]! % 8]} to ${notes[n]! >>> 3})`);
        if ((known & (announced | uncertain)) === 0 && (known & settled) !== 0) this.flaw(`${sender}:${n} was never sent, and arrived`);
      }
    }
  }

  #of(sender: number): Sender {
    let of = this.#senders.get(sender);
    if (of === undefined) this.#senders.set(sender, of = new Sender());
    return of;
  }
}
