import type { ActorFault } from '../engine/contract.ts';
import { fail, type RingKernelError } from '../error/index.ts';
import { locatorOf, type Locator } from '../kernel/locate.ts';
import type { ActorDefinition } from './types.ts';

const kinds: Readonly<Record<ActorFault['kind'], string>> = {
  trap: 'it trapped',
  outOfBounds: 'index out of bounds',
  divisionByZero: 'division by zero',
  overflow: 'integer overflow',
  unreachable: 'unreachable code was reached',
  stackOverflow: 'stack overflow',
  watchdog: 'it ran longer than the watchdog allows',
  illegalAddress: 'illegal address',
  divergence: 'threads that must meet diverged',
};

/** The error for a fault, pointing into the user's TypeScript where that is known. */
export function faultError(kernel: string, definition: ActorDefinition, fault: ActorFault): RingKernelError {
  const place = locate(definition, fault);
  return fail('KernelFault', {
    kernel,
    message: definition.handlers[fault.handler]?.message.name ?? `#${fault.handler}`,
    kind: kinds[fault.kind],
    fault: fault.kind,
    detail: fault.detail === undefined ? '' : ` (${fault.detail})`,
    position: place === null ? '' : ` at ${place.file}:${place.line}:${place.column}`,
    ...place,
  }, fault.cause);
}

const locators = new WeakMap<object, Locator | null>();

function locate(definition: ActorDefinition, { source }: ActorFault): { file: string; line: number; column: number } | null {
  const text = source === undefined ? undefined : definition.program.sources[source.source];
  if (source === undefined || text === undefined || text.fn === null) return null;
  // Finding a function costs milliseconds; a kernel that is resumed may fault often.
  let locator = locators.get(text.fn);
  if (locator === undefined) locators.set(text.fn, locator = locatorOf(text.fn, text.text));
  const place = locator?.(source.start) ?? null;
  return place === null ? null : { file: place.file, line: place.line, column: place.column };
}
