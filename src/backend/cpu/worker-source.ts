/** What a worker thread evaluates. Made from `worker/main.ts` by `tsx scripts/cpu-engine.ts`. */
export const workerSource = `"use strict";
(() => {
  var __defProp = Object.defineProperty;
  var __require = /* @__PURE__ */ ((x) => typeof require !== "undefined" ? require : typeof Proxy !== "undefined" ? new Proxy(x, {
    get: (a, b) => (typeof require !== "undefined" ? require : a)[b]
  }) : x)(function(x) {
    if (typeof require !== "undefined") return require.apply(this, arguments);
    throw Error('Dynamic require of "' + x + '" is not supported');
  });
  var __export = (target, all) => {
    for (var name in all)
      __defProp(target, name, { get: all[name], enumerable: true });
  };

  var board = {
    /** Jobs posted so far. */
    posted: 0,
    /** Jobs done so far; on a cache line of its own. */
    done: 16,
    /** 1 + number of the first job that trapped; 0: none. */
    failed: 17,
    /** Threads asleep, and the word they sleep on. */
    sleepers: 32,
    wake: 33,
    /** Jobs each thread has been through. */
    passed: 48,
    /** Most threads of a crew. */
    threads: 256,
    jobs: 304,
    /** Words of a job. */
    jobWords: 16,
    /** Jobs the board has room for. */
    capacity: 64
  };
  var job = { kernel: 0, args: 1, x: 2, y: 3, z: 4, total: 5, portion: 6, next: 7, left: 8 };
  var looks = 2e4;
  var Crew = class {
    #words;
    #at;
    #stop;
    #passed;
    #rk;
    #kernels = [];
    /** Jobs this thread has been through. */
    #seen;
    /** What the last trap said. */
    trap = "";
    /** \`address\` of the board; \`scratch\`, \`fault\`: this thread's regions; \`stop\`: word that ends \`run\`, 0: none. */
    constructor(memory, address, thread, scratch, fault, stop2) {
      this.#passed = (address >> 2) + board.passed + thread;
      this.#words = new Int32Array(memory.buffer);
      this.#at = address >> 2;
      this.#stop = stop2;
      this.#rk = {
        memory,
        scratch: new WebAssembly.Global({ value: "i32", mutable: false }, scratch),
        fault: new WebAssembly.Global({ value: "i32", mutable: false }, fault)
      };
      this.#seen = Atomics.load(this.#words, this.#at + board.done);
    }
    link({ index, module, constants }) {
      const rk = { ...this.#rk, constants: new WebAssembly.Global({ value: "i32", mutable: false }, constants) };
      this.#kernels[index] = new WebAssembly.Instance(module, { rk, math: Math }).exports["run"];
    }
    unlink(index) {
      this.#kernels[index] = void 0;
    }
    /** Works until \`stop\` is set. */
    run() {
      const words2 = this.#words;
      const posted = this.#at + board.posted;
      const done = this.#at + board.done;
      while (this.#stopped() === 0) {
        const seen = this.#seen;
        if (Atomics.load(words2, posted) === seen) {
          this.#sleep(posted, seen);
          continue;
        }
        this.#work(seen);
        while (Atomics.load(words2, done) === seen) {
          if (this.#stopped() !== 0) return;
          this.#sleep(done, seen);
        }
        this.#pass();
      }
    }
    /** All posted jobs, on this thread alone. */
    drain() {
      const words2 = this.#words;
      while (Atomics.load(words2, this.#at + board.posted) !== this.#seen) {
        this.#work(this.#seen);
        this.#pass();
      }
    }
    /** Goes on to the next job; the place of this one may be used again. */
    #pass() {
      this.#seen = this.#seen + 1 | 0;
      Atomics.store(this.#words, this.#passed, this.#seen);
    }
    #stopped() {
      return this.#stop === 0 ? 0 : Atomics.load(this.#words, this.#stop);
    }
    /** Takes portions of one job until there are none. */
    #work(number) {
      const words2 = this.#words;
      const at = this.#at + board.jobs + (number & board.capacity - 1) * board.jobWords;
      const word = (offset) => words2[at + offset];
      const run2 = this.#kernels[word(job.kernel)];
      const total = word(job.total);
      const portion = word(job.portion);
      let mine = 0;
      for (; ; ) {
        const first = Atomics.add(words2, at + job.next, portion);
        if (first >= total) break;
        const count = Math.min(portion, total - first);
        try {
          run2(word(job.args), word(job.x), word(job.y), word(job.z), first, count);
        } catch (error) {
          this.trap = String(error.message);
          Atomics.compareExchange(words2, this.#at + board.failed, 0, number + 1 | 0);
        }
        mine += count;
      }
      if (mine === 0 || Atomics.sub(words2, at + job.left, mine) !== mine) return;
      Atomics.store(words2, this.#at + board.done, number + 1 | 0);
      Atomics.notify(words2, this.#at + board.done);
      rouse(words2, this.#at);
    }
    /** While the word holds \`value\`: looks for a while, then sleeps until something changes. */
    #sleep(word, value) {
      const words2 = this.#words;
      for (let i = 0; i < looks; i++) if (Atomics.load(words2, word) !== value) return;
      Atomics.add(words2, this.#at + board.sleepers, 1);
      const ticket = Atomics.load(words2, this.#at + board.wake);
      if (Atomics.load(words2, word) === value && this.#stopped() === 0) Atomics.wait(words2, this.#at + board.wake, ticket);
      Atomics.sub(words2, this.#at + board.sleepers, 1);
    }
  };
  function rouse(words2, at) {
    if (Atomics.load(words2, at + board.sleepers) === 0) return;
    Atomics.add(words2, at + board.wake, 1);
    Atomics.notify(words2, at + board.wake);
  }

  var special_exports = {};
  __export(special_exports, {
    erf: () => erf,
    erfc: () => erfc,
    erfcinv: () => erfcinv,
    erfinv: () => erfinv,
    j0: () => j0,
    j1: () => j1,
    lgamma: () => lgamma,
    normcdf: () => normcdf,
    normcdfinv: () => normcdfinv,
    tgamma: () => tgamma,
    y0: () => y0,
    y1: () => y1
  });
  var twoOverSqrtPi = 2 / Math.sqrt(Math.PI);
  var seriesEnd = 2.5;
  function erf(x) {
    const a = Math.abs(x);
    if (!(a < seriesEnd)) return x !== x ? x : Math.sign(x) * (1 - erfc(a));
    let term = x;
    let sum = x;
    for (let n = 1; sum + term !== sum || n === 1; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
      if (n > 200) break;
    }
    return twoOverSqrtPi * Math.exp(-x * x) * sum;
  }
  function erfc(x) {
    if (x < seriesEnd) return 1 - erf(x);
    if (x !== x) return x;
    if (x > 27.5) return 0;
    let inner = x;
    for (let k = 120; k > 0; k--) inner = x + k / 2 / inner;
    return Math.exp(-x * x) / (Math.sqrt(Math.PI) * inner);
  }
  var stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
  function logGammaLarge(x) {
    let sum = 0;
    let power = 1 / x;
    for (const c of stirling) {
      sum += c * power;
      power /= x * x;
    }
    return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + sum;
  }
  function lgamma(x) {
    if (x !== x || x === Infinity) return x;
    if (x <= 0) {
      if (Number.isInteger(x)) return Infinity;
      return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
    }
    if (x === 1 || x === 2) return 0;
    let product = 1;
    let at = x;
    for (; at < 12; at++) product *= at;
    return logGammaLarge(at) - Math.log(product);
  }
  function tgamma(x) {
    if (x !== x || x === Infinity) return x;
    if (x === 0) return 1 / x;
    if (x < 0) return Number.isInteger(x) ? NaN : Math.PI / (Math.sin(Math.PI * x) * tgamma(1 - x));
    if (Number.isInteger(x) && x <= 171) {
      let product2 = 1;
      for (let k = 2; k < x; k++) product2 *= k;
      return product2;
    }
    let product = 1;
    let at = x;
    for (; at < 12; at++) product *= at;
    return Math.exp(logGammaLarge(at)) / product;
  }
  var normcdf = (x) => 0.5 * erfc(-x / Math.SQRT2);
  function erfcinv(y) {
    if (!(y >= 0 && y <= 2)) return NaN;
    if (y === 0 || y === 2) return y === 0 ? Infinity : -Infinity;
    if (y > 1) return -erfcinv(2 - y);
    if (y > 0.5) return erfinv(1 - y);
    let x = Math.sqrt(Math.max(0.1, -Math.log(y * Math.sqrt(Math.PI))));
    for (let i = 0; i < 40; i++) {
      const value = erfc(x);
      const step = value * Math.log(value / y) / (twoOverSqrtPi * Math.exp(-x * x));
      x += step;
      if (Math.abs(step) <= 1e-16 * Math.abs(x)) break;
    }
    return x;
  }
  function erfinv(y) {
    if (!(y >= -1 && y <= 1)) return NaN;
    if (Math.abs(y) > 0.5) return Math.sign(y) * erfcinv(1 - Math.abs(y));
    let x = y / twoOverSqrtPi;
    for (let i = 0; i < 40; i++) {
      const step = (erf(x) - y) / (twoOverSqrtPi * Math.exp(-x * x));
      x -= step;
      if (Math.abs(step) <= 1e-16 * Math.abs(x)) break;
    }
    return x;
  }
  var normcdfinv = (p) => -Math.SQRT2 * erfcinv(2 * p);
  var eulerGamma = 0.5772156649015329;
  var asymptoticStart = 30;
  function besselRow(x) {
    const top = 2 * Math.ceil((x + 40) / 2);
    const j = Array.from({ length: top + 1 }, () => 0);
    let above = 0;
    let at = 1e-300;
    let norm = 0;
    for (let n = top; n >= 0; n--) {
      j[n] = at;
      if (n % 2 === 0) norm += n === 0 ? at : 2 * at;
      const below = 2 * n / x * at - above;
      above = at;
      at = below;
      if (Math.abs(at) > 1e250) {
        for (let k = n; k <= top; k++) j[k] *= 1e-250;
        norm *= 1e-250;
        above *= 1e-250;
        at *= 1e-250;
      }
    }
    return j.map((v) => v / norm);
  }
  function hankel(n, x) {
    const mu = 4 * n * n;
    let term = 1;
    let p = 1;
    let q = 0;
    for (let k = 1; k < 60; k++) {
      const next = term * (mu - (2 * k - 1) ** 2) / (k * 8 * x);
      if (Math.abs(next) > Math.abs(term) || next === 0) break;
      term = next;
      const sign = k % 4 < 2 ? 1 : -1;
      if (k % 2 === 1) q += sign * term;
      else p += sign * term;
    }
    return { p, q };
  }
  function bessel(n, x, second) {
    if (x >= asymptoticStart) {
      const { p, q } = hankel(n, x);
      const [s, c] = [Math.sin(x), Math.cos(x)];
      const [cosine, sine] = n === 0 ? [c + s, s - c] : [s - c, -c - s];
      return (second ? p * sine + q * cosine : p * cosine - q * sine) / Math.sqrt(Math.PI * x);
    }
    const j = besselRow(x);
    if (!second) return j[n];
    const log = Math.log(x / 2) + eulerGamma;
    let sum = 0;
    for (let k = 1; 2 * k + 1 < j.length; k++) {
      const sign = k % 2 === 0 ? 1 : -1;
      sum += n === 0 ? sign * j[2 * k] / k : sign * (2 * k + 1) * j[2 * k + 1] / (k * (k + 1));
    }
    return n === 0 ? 2 / Math.PI * (log * j[0] - 2 * sum) : -2 / (Math.PI * x) * j[0] + 2 / Math.PI * ((log - 1) * j[1] - sum);
  }
  function j0(x) {
    return x === 0 ? 1 : Number.isFinite(x) ? bessel(0, Math.abs(x), false) : x !== x ? x : 0;
  }
  function j1(x) {
    return x === 0 ? x : Number.isFinite(x) ? Math.sign(x) * bessel(1, Math.abs(x), false) : x !== x ? x : 0;
  }
  function y0(x) {
    return x === 0 ? -Infinity : x > 0 ? x === Infinity ? 0 : bessel(0, x, true) : NaN;
  }
  function y1(x) {
    return x === 0 ? -Infinity : x > 0 ? x === Infinity ? 0 : bessel(1, x, true) : NaN;
  }

  var mathImports = Object.freeze({
    ...Object.fromEntries([
      "acos",
      "acosh",
      "asin",
      "asinh",
      "atan",
      "atan2",
      "atanh",
      "cbrt",
      "cos",
      "cosh",
      "exp",
      "expm1",
      "hypot",
      "log",
      "log10",
      "log1p",
      "log2",
      "pow",
      "sign",
      "sin",
      "sinh",
      "tan",
      "tanh"
    ].map((name) => [name, Math[name]])),
    ...special_exports,
    /** C's fmod. */
    rem: (a, b) => a % b
  });

  var Linker = class {
    #place;
    #faults;
    #table = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
    /** Everything a module may import. */
    #rk = {};
    constructor(memory, place, modules, faults) {
      this.#place = place;
      this.#faults = faults;
      const rk = this.#rk;
      rk.memory = memory;
      rk.table = this.#table;
      const origin = performance.timeOrigin;
      rk.wall = (() => Math.floor((origin + performance.now()) * 1e3));
      for (const name of ["scratch", "staging", "fault"]) rk[name] = constant(place[name]);
      Object.assign(rk, this.#instance(modules.glue));
      for (const [name, module] of Object.entries(modules.functions)) rk[name] = this.#instance(module)[name];
    }
    /** Puts a kind's functions into the table. */
    link(kind) {
      const end = kind.entry + 2 * kind.count;
      if (this.#table.length < end) this.#table.grow(end - this.#table.length);
      const handlers = this.#instance(kind.handlers, { constants: constant(kind.constants) });
      const batches = this.#instance(kind.batches, handlers);
      for (let i = 0; i < kind.count; i++) {
        this.#table.set(kind.entry + i, handlers[\`handler\${i}\`]);
        this.#table.set(kind.entry + kind.count + i, batches[\`batch\${i}\`] ?? null);
      }
    }
    /** Takes them out again. */
    unlink(entry, count) {
      for (let i = 0; i < 2 * count; i++) this.#table.set(entry + i, null);
    }
    /** Runs until the worker's \`stop\` is set. Throws only what is no handler's fault. */
    run() {
      this.#guarded("run");
    }
    /** Serves everybody who has rung, once. Returns how many there were. */
    pass() {
      return this.#guarded("pass");
    }
    /** Calls one of the engine's functions. */
    call(name, ...args) {
      return this.#rk[name](...args);
    }
    #guarded(name) {
      for (; ; ) {
        try {
          return this.#rk[name](this.#place.block);
        } catch (error) {
          if (this.#rk.failed(this.#place.block, this.#kindOf(error), codeOf(error)) === 0) throw error;
        }
      }
    }
    #instance(module, more = {}) {
      return new WebAssembly.Instance(module, { rk: { ...this.#rk, ...more }, math: mathImports }).exports;
    }
    /** Engines word their traps differently; the words looked for are common to them. */
    #kindOf(error) {
      const f = this.#faults;
      const text = String(error.message).toLowerCase();
      if (/call stack|recursion/.test(text)) return f.stackOverflow;
      if (/out of bounds|out-of-bounds/.test(text)) return f.outOfBounds;
      if (/divi(de|sion) by zero/.test(text)) return f.divisionByZero;
      if (/overflow|unrepresentable/.test(text)) return f.overflow;
      if (/unreachable/.test(text)) return f.unreachable;
      return f.trap;
    }
  };
  function codeOf(error) {
    const match = /wasm-function\\[\\d+\\]:0x([0-9a-f]+)/.exec(String(error.stack));
    return match === null ? 0 : parseInt(match[1], 16);
  }
  var constant = (value) => new WebAssembly.Global({ value: "i32", mutable: false }, value);

  var port = "WorkerGlobalScope" in globalThis ? globalThis : __require("node:worker_threads").parentPort;
  var describe = (error) => String(error?.stack ?? error);
  var linker;
  var crew;
  var run;
  var words;
  var stop;
  function take(order) {
    switch (order.op) {
      case "start":
        words = new Int32Array(order.memory.buffer);
        stop = order.stop;
        linker = new Linker(order.memory, order.place, order.modules, order.faults);
        for (const kind of order.kinds) linker.link(kind);
        run = () => linker.run();
        break;
      case "crew":
        words = new Int32Array(order.memory.buffer);
        stop = order.stop;
        crew = new Crew(order.memory, order.board, order.thread, order.scratch, order.fault, order.stop);
        for (const kernel of order.kernels) crew.link(kernel);
        run = () => crew.run();
        break;
      case "kernel":
        crew.link(order.kernel);
        break;
      case "dropKernel":
        crew.unlink(order.index);
        break;
      case "link":
        linker.link(order.kind);
        break;
      case "unlink":
        linker.unlink(order.entry, order.count);
        break;
    }
  }
  port.onmessage = ({ data }) => {
    let failure = null;
    try {
      take(data);
    } catch (error) {
      failure = describe(error);
    }
    port.postMessage({ done: true, error: failure });
    if (run === void 0 || Atomics.sub(words, stop, 1) !== 1) return;
    try {
      run();
    } catch (error) {
      port.postMessage({ done: false, error: describe(error) });
    }
  };
})();
`;
