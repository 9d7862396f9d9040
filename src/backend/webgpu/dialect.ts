import type { PassDialect } from '../../engine/pass/dialect.ts';

/** The pass loop in WGSL: what belongs to one invocation are module variables in its private memory. */
export const wgslDialect: PassDialect = {
  let: (name, value) => `let ${name} = ${value};`,
  var: (name, value) => `var ${name} = ${value};`,
  fn: (name, params, result, body) =>
    `fn ${name}(${params.map((p) => `${p}: u32`).join(', ')})${result === null ? '' : ` -> ${result}`} {${body}\n}`,
  call: (name, ...args) => `${name}(${args.join(', ')})`,
  own: (name) => `rk_${name}`,
  mem: (at) => `mem[${at}]`,
  atomicLoad: (at) => `atomicLoad(&sync[${at}])`,
  atomicStore: (at, value) => `atomicStore(&sync[${at}], ${value})`,
  atomicAdd: (at, value) => `atomicAdd(&sync[${at}], ${value})`,
  compareExchange: (at, expected, value) => `atomicCompareExchangeWeak(&sync[${at}], ${expected}, ${value}).exchanged`,
};
