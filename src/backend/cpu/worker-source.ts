/** What a worker thread evaluates. Made from `worker/main.ts` by `tsx scripts/cpu-engine.ts`. */
export const workerSource = `"use strict";
(() => {
  var __require = /* @__PURE__ */ ((x) => typeof require !== "undefined" ? require : typeof Proxy !== "undefined" ? new Proxy(x, {
    get: (a, b) => (typeof require !== "undefined" ? require : a)[b]
  }) : x)(function(x) {
    if (typeof require !== "undefined") return require.apply(this, arguments);
    throw Error('Dynamic require of "' + x + '" is not supported');
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
  var words;
  var stop;
  function take(order) {
    switch (order.op) {
      case "start":
        words = new Int32Array(order.memory.buffer);
        stop = order.stop;
        linker = new Linker(order.memory, order.place, order.modules, order.faults);
        for (const kind of order.kinds) linker.link(kind);
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
    if (linker === void 0 || Atomics.sub(words, stop, 1) !== 1) return;
    try {
      linker.run();
    } catch (error) {
      port.postMessage({ done: false, error: describe(error) });
    }
  };
})();
`;
