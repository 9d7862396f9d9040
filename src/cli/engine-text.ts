/** The whole program a device compiles for one actor: the structures that host and device share, the engine, the handlers. */
import { loadBackend } from '../backend/select.ts';
import type { BackendName } from '../backend/contract.ts';
import { wgslReserved } from '../kernel/words/wgsl.ts';
import type { ActorProgram } from '../kernel/ir.ts';
import { declareStructs, type DeclarationTarget } from '../layout/declare.ts';
import { sharedStructures } from './templates.ts';

const backendOf: Readonly<Record<DeclarationTarget, BackendName>> = { cuda: 'cuda', msl: 'metal', wgsl: 'webgpu' };

/** Targets that have such a program. */
export const engineTargets = Object.keys(backendOf) as readonly DeclarationTarget[];

/** Sizes and offsets are asserted in CUDA and MSL; WGSL has no such assertion, and spells padding out instead. */
export async function engineText(target: DeclarationTarget, program: ActorProgram): Promise<string> {
  const { engineSource } = await loadBackend(backendOf[target]);
  const text = (await engineSource!(program)).trimEnd();
  return `${text}\n\n// Structures that host and device share.\n${declareStructs(target, sharedStructures, { after: text, reserved: new Set(wgslReserved) })}\n`;
}
