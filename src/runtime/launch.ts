import type { ActorSource, ActorSpec, OverflowPolicy } from '../engine/contract.ts';
import { fail } from '../error/index.ts';
import { newViews } from '../layout/views.ts';
import { codecOf } from '../message/codec.ts';
import { capacity, oneOf, timeoutOf, type LaunchOptions } from './options.ts';
import { Supervisor, type Supervision } from './supervision.ts';
import type { ActorDefinition } from './types.ts';

/** Launch options, checked, with every default filled in. */
export interface LaunchSettings {
  readonly id: string;
  readonly autoActivate: boolean;
  readonly queueCapacity: number;
  readonly outputCapacity: number;
  readonly priorities: boolean;
  readonly overflow: OverflowPolicy;
  readonly envelope: 'compact' | 'full';
  readonly initialState: Uint8Array | null;
  readonly supervision: Supervision;
  readonly timeout: number;
  readonly placement: Readonly<Record<string, unknown>>;
}

const noWishes = Object.freeze({});

/** Names the options there are, so that a misspelt one is an error and not a silent default. */
const known: Readonly<Record<keyof LaunchOptions, true>> = {
  id: true, autoActivate: true, queueCapacity: true, outputCapacity: true, priorities: true, overflow: true, envelope: true,
  initialState: true, connect: true, supervision: true, timeout: true, placement: true,
};

export function launchSettings(definition: ActorDefinition, options: LaunchOptions, timeout: number): LaunchSettings {
  checkKnown('launch', options, known);
  const id = options.id ?? definition.id;
  if (typeof id !== 'string' || id === '') throw fail('InvalidConfig', { option: 'id', value: String(id), reason: 'An id is a non-empty string.' });
  const supervision = options.supervision ?? 'stop';
  void new Supervisor(supervision);
  return {
    id,
    supervision,
    autoActivate: options.autoActivate ?? true,
    queueCapacity: capacity('queueCapacity', options.queueCapacity ?? 1024),
    outputCapacity: capacity('outputCapacity', options.outputCapacity ?? 1024),
    priorities: options.priorities ?? false,
    overflow: oneOf('overflow', options.overflow ?? 'wait', ['refuse', 'dropNewest', 'dropOldest', 'wait']),
    envelope: oneOf('envelope', options.envelope ?? 'compact', ['compact', 'full']),
    initialState: options.initialState === undefined ? null : encodeState(definition, options.initialState),
    timeout: timeoutOf(options.timeout, timeout),
    placement: options.placement ?? noWishes,
  };
}

export function checkKnown(what: string, options: object, names: Readonly<Record<string, true>>): void {
  for (const name of Object.keys(options)) {
    if (name in names) continue;
    throw fail('InvalidConfig', { option: `${what} option '${name}'`, value: 'unknown', reason: `The options are ${Object.keys(names).join(', ')}.` });
  }
}

/** Bytes of a state from the fields that are given; the others are taken from `base`, or zero. */
export function encodeState(definition: ActorDefinition, values: Readonly<Record<string, unknown>>, base?: Uint8Array): Uint8Array {
  const { state } = definition.program;
  if (state === null) throw fail('InvalidConfig', { option: 'state', value: 'given', reason: `Kernel '${definition.id}' declares no state.` });
  for (const name of Object.keys(values)) {
    if (!(name in state.shape)) {
      throw fail('InvalidConfig', { option: `state.${name}`, value: 'unknown', reason: `The state has the fields ${Object.keys(state.shape).join(', ')}.` });
    }
  }
  const codec = codecOf(state);
  const views = newViews(state.size);
  if (base !== undefined) views.u8.set(base);
  codec.encode(views, 0, { ...codec.decode(views, 0), ...values } as never);
  return views.u8.subarray(0, state.size);
}

export function decodeState(definition: ActorDefinition, bytes: Uint8Array): unknown {
  const { state } = definition.program;
  if (state === null) return {};
  const views = newViews(state.size);
  views.u8.set(bytes);
  return codecOf(state).decode(views, 0);
}

export function specOf(definition: ActorDefinition, settings: LaunchSettings, arithmetic: 'fast' | 'exact'): ActorSpec {
  return {
    name: settings.id,
    program: definition.program,
    inboxCapacity: settings.queueCapacity,
    outboxCapacity: settings.outputCapacity,
    priorities: settings.priorities,
    overflow: settings.overflow,
    envelope: settings.envelope,
    ...(settings.initialState === null ? {} : { initialState: settings.initialState }),
    placement: settings.placement,
    arithmetic,
    source: sourceOf(definition),
  };
}

const sources = new WeakMap<ActorDefinition, ActorSource>();

/** The same object for every kernel of a definition. */
function sourceOf(definition: ActorDefinition): ActorSource {
  let source = sources.get(definition);
  if (source === undefined) sources.set(definition, source = makeSource(definition));
  return source;
}

function makeSource(definition: ActorDefinition): ActorSource {
  return {
    handlers: definition.handlers.map(({ fn, message, reply }) => ({ fn, message: message.codec, reply: reply?.codec ?? null })),
    ports: definition.program.ports.map(({ name }) => ({ name, codec: definition.ports[name]!.codec })),
    uses: definition.uses,
  };
}
