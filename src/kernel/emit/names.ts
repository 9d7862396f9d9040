/**
 * Names for generated text: legal on the target, unique in their scope, as close to what the user wrote
 * as that allows.
 */
export class Names {
  readonly #taken: Set<string>;
  readonly #outer: Names | null;

  /** `reserved`: words the target keeps for itself. */
  constructor(reserved: Iterable<string> = [], outer: Names | null = null) {
    this.#taken = new Set(reserved);
    this.#outer = outer;
  }

  /** A scope inside this one: sees its names, does not add to them. */
  scope(): Names {
    return new Names([], this);
  }

  has(name: string): boolean {
    return this.#taken.has(name) || (this.#outer?.has(name) ?? false);
  }

  /** The wished name if it is legal and free, else the nearest that is; `mark` is tried first as a suffix. */
  claim(wish: string, mark?: number | string): string {
    return this.claimWith(wish, [], null, mark);
  }

  /**
   * As `claim`, with the names that are made of it by these suffixes. `inner`: a scope inside this one, in which the
   * name must not mean something else.
   */
  claimWith(wish: string, suffixes: readonly string[], inner: Names | null, mark?: number | string): string {
    const base = legal(wish);
    const taken = (name: string): boolean => ['', ...suffixes].some((s) => this.has(name + s) || (inner?.has(name + s) ?? false));
    let name = base;
    if (taken(name) && mark !== undefined) name = `${base}_${mark}`;
    for (let n = 2; taken(name); n++) name = `${base}_${n}`;
    for (const s of ['', ...suffixes]) this.#taken.add(name + s);
    return name;
  }
}

/**
 * `wish` as an identifier that C++, MSL, WGSL and JavaScript all accept, reserved words aside. Leading and
 * double underscores are kept by those languages for themselves; `rk_` is kept for our own routines.
 */
export function legal(wish: string): string {
  let name = wish.replace(/[^A-Za-z0-9_]/g, '_').replace(/__+/g, '_').replace(/^_+/, '');
  if (!/^[A-Za-z]/.test(name) || /^rk_/i.test(name)) name = `v_${name}`;
  return name;
}
