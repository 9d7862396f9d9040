/** What a worker thread evaluates. Made from `worker/main.ts` by `tsx scripts/cpu-engine.ts`. */
export const workerSource = `"use strict";
(() => {
  var __require = /* @__PURE__ */ ((x) => typeof require !== "undefined" ? require : typeof Proxy !== "undefined" ? new Proxy(x, {
    get: (a, b) => (typeof require !== "undefined" ? require : a)[b]
  }) : x)(function(x) {
    if (typeof require !== "undefined") return require.apply(this, arguments);
    throw Error('Dynamic require of "' + x + '" is not supported');
  });

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
      rk.wall = (() => Math.floor((performance.timeOrigin + performance.now()) * 1e3));
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
      return new WebAssembly.Instance(module, { rk: { ...this.#rk, ...more }, math: Math }).exports;
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

  var port = typeof __require === "function" ? __require("node:worker_threads").parentPort : globalThis;
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
