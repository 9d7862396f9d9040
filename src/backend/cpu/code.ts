/** The engine's own WebAssembly: made from its steps ahead of time (`engine-code.ts`), compiled once per process. */
import { engineCode } from './engine-code.ts';
import type { EngineModules } from './worker/linker.ts';

let modules: EngineModules | null = null;

export function engineModules(): EngineModules {
  if (modules === null) {
    const { glue, ...functions } = Object.fromEntries(Object.entries(engineCode).map(([name, text]) => [name, new WebAssembly.Module(decode(text))]));
    modules = { glue: glue!, functions };
  }
  return modules;
}

function decode(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
