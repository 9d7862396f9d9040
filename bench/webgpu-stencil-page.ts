/** In a page: `times` holds the figures when they are there, or what went wrong. */
import { stencilTimes } from './webgpu-stencil.ts';

void stencilTimes().then((times) => { Object.assign(globalThis, { times }); }, (error: unknown) => { Object.assign(globalThis, { times: { error: String(error) } }); });
