/**
 * What is not known when a kernel is looked at without being run, by the lint plugin: a value of unknown type. It
 * spreads silently; nothing is said about what touches it. No program is ever made of it.
 */
import { struct, type Struct } from '../../layout/types.ts';
import { load } from './lowering.ts';
import { scalarOf, type Type } from './types.ts';
import { data, type Data, type Value } from './value.ts';

/** Stands for a type that is not known. */
export const unknownType: Struct = struct('unknown', {});
/** Stands for a constant that is not known. */
export const unknownConstant: object = Object.freeze({ unknown: true });

/** Name of a port that stands for ports that are not known. */
export const unknownPort = '?';

export const unknownValue: Value = { kind: 'unknown' };
export const isUnknown = (value: Value): boolean => value.kind === 'unknown';
export const ofUnknownType = (type: Type): boolean => type === unknownType;

/** A value of which only the type is known. */
export const unknownOf = (type: Type): Data => data(load({ kind: 'local', local: { id: -1, name: 'unknown', type } }, type), type);

/** A truth value of which nothing is known: both branches are looked at. */
export const anyTruth: Data = unknownOf(scalarOf.bool);
