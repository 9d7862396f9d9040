import { afterEach } from 'vitest';
import { CpuEngine } from '../engine.ts';

const engines: CpuEngine[] = [];

/** An engine that is closed when the test has ended. */
export async function start(settings: Readonly<Record<string, unknown>> = {}): Promise<CpuEngine> {
  const engine = await CpuEngine.start(settings);
  engines.push(engine);
  return engine;
}

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine[Symbol.asyncDispose]();
});
