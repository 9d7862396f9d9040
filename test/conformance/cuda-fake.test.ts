/**
 * The suite on the CUDA backend over a fake driver: the same host code and the same generated engine, compiled
 * by g++ and run by threads. What would block for ever on hardware fails here.
 */
import koffi from 'koffi';
import { afterAll, expect } from 'vitest';
import { conformanceTargets } from '../../src/testing/conformance/targets.ts';
import { fakeCuda } from '../fake/cuda/build.ts';
import { conformance } from './describe.ts';

const fake = fakeCuda();

if ('missing' in fake) conformance(conformanceTargets.cuda, fake.missing);
else {
  const violations = koffi.load(fake.library).func('int rk_fake_violations()');
  conformance({ ...conformanceTargets.cuda, name: 'cuda, fake driver', load: 5000, actors: 500, open: { backend: 'cuda', settings: { ...fake.settings }, engine: { watchdog: 200 } } });
  afterAll(() => { expect(violations(), 'calls that wait for ever while a kernel runs').toBe(0); });
}
