/** Which words of `mem` are in use. First fit over a sorted list of free spans; spans are multiples of 16 words. */
export class Arena {
  #free: { at: number; size: number }[] = [];
  #end: number;

  /** `start`: first word it may give. */
  constructor(start: number) {
    this.#end = start;
  }

  /** Words that memory must have. */
  get end(): number {
    return this.#end;
  }

  allocate(words: number): number {
    const size = spanOf(words);
    const fit = this.#free.find((f) => f.size >= size);
    if (fit === undefined) {
      const at = this.#end;
      this.#end += size;
      return at;
    }
    const at = fit.at;
    fit.at += size;
    fit.size -= size;
    if (fit.size === 0) this.#free = this.#free.filter((f) => f !== fit);
    return at;
  }

  free(at: number, words: number): void {
    const span = { at, size: spanOf(words) };
    const next = this.#free.findIndex((f) => f.at > at);
    this.#free.splice(next < 0 ? this.#free.length : next, 0, span);
    const joined: { at: number; size: number }[] = [];
    for (const f of this.#free) {
      const last = joined.at(-1);
      if (last !== undefined && last.at + last.size === f.at) last.size += f.size;
      else joined.push(f);
    }
    this.#free = joined;
  }
}

const spanOf = (words: number): number => Math.max(16, Math.ceil(words / 16) * 16);
