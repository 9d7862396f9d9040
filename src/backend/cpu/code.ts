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

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
