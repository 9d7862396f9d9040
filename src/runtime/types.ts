/** What TypeScript knows of a handle, derived from its kernel's definition. */
import type { ActorProgram } from '../kernel/ir.ts';
import type { FieldValues, Fields, Struct } from '../layout/types.ts';
import type { MessageInput, MessageType, MessageValue } from '../message/message.ts';
import type { ColumnsOf } from '../message/columns.ts';

// Message types of any shape; `never` in their codecs' inputs is what makes every one of them fit.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyMessage = MessageType<any, string>;

/** What the runtime needs of a definition made by `ringKernel`. */
export interface ActorDefinition {
  readonly id: string;
  readonly program: ActorProgram;
  readonly handlers: readonly ActorHandler[];
  readonly ports: Readonly<Record<string, AnyMessage>>;
  readonly state: Struct | null;
  /** What the handlers take as their third argument. */
  readonly uses?: unknown;
}

export interface ActorHandler<M extends AnyMessage = AnyMessage, R extends AnyMessage | null = AnyMessage | null> {
  readonly message: M;
  readonly reply: R;
  readonly fn: (...args: never[]) => unknown;
}

type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never;

type HandlerOf<D extends ActorDefinition> = D['handlers'][number];

/** The message types a kernel handles. */
export type MessagesOf<D extends ActorDefinition> = HandlerOf<D>['message'];

/** The message type of a kernel that handles only one; else never. */
export type SoleMessage<D extends ActorDefinition> = true extends IsUnion<MessagesOf<D>> ? never : MessagesOf<D>;

/** The reply type to message type `M`; null where it is not answered. */
export type ReplyMessage<D extends ActorDefinition, M> =
  HandlerOf<D> extends infer H ? (H extends { readonly message: infer N; readonly reply: infer R } ? (M extends N ? R : never) : never) : never;

/** The messages that are answered. */
export type CallableMessage<D extends ActorDefinition> =
  MessagesOf<D> extends infer M ? (M extends AnyMessage ? (ReplyMessage<D, M> extends AnyMessage ? M : never) : never) : never;

export type SoleCallable<D extends ActorDefinition> = SoleMessage<D> extends infer M ? (M extends CallableMessage<D> ? M : never) : never;

/** The value that answers message type `M`. */
export type ReplyTo<D extends ActorDefinition, M> = MessageValue<ReplyMessage<D, M>>;

/** Every value this kernel may answer with. */
export type RepliesOf<D extends ActorDefinition> =
  HandlerOf<D>['reply'] extends infer R ? (R extends AnyMessage ? MessageValue<R> : never) : never;

/** An answer with what is known about it, told apart by `name`. */
export type ReceivedFrom<D extends ActorDefinition> =
  HandlerOf<D>['reply'] extends infer R ? (R extends AnyMessage ? Received<R> : never) : never;

export interface Received<R extends AnyMessage = AnyMessage> {
  /** Name of the reply's message type. */
  readonly name: R['name'];
  readonly message: R;
  readonly value: MessageValue<R>;
}

type FieldsOf<M> = M extends MessageType<infer F> ? F : Fields;

/** Many messages of type `M`: a typed array per field, or a list of values. */
export type BatchOf<M> = ColumnsOf<FieldsOf<M>> | readonly MessageInput<M>[];

/** The answers to a batch of `M`, a typed array per field. */
export type ReplyColumns<D extends ActorDefinition, M> = ColumnsOf<FieldsOf<ReplyMessage<D, M>>>;

export type PortsOf<D extends ActorDefinition> = Extract<keyof D['ports'], string>;

export declare const accepts: unique symbol;

/** A launched kernel that handles message type `M`, whatever else it handles. */
export interface Target<M> {
  readonly id: string;
  /** Only for types: what takes a union of messages takes each of them. */
  readonly [accepts]?: (message: M) => void;
}

/** The value of a definition's state as host code sees it; without fields where it has none. */
export type StateOf<D extends ActorDefinition> = Exclude<D['state'], null> extends Struct<infer F> ? FieldValues<F> : never;
