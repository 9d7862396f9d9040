/** Kernels as publishers and subscribers. */
import { ringKernel } from '../kernel/define.ts';
import type { Fields, FieldInputs } from '../layout/types.ts';
import type { MessageType } from '../message/message.ts';
import type { KernelHandle } from '../runtime/handle.ts';
import type { RingKernel } from '../runtime/ring-kernel.ts';
import type { ActorDefinition, AnyMessage, MessagesOf, PortsOf } from '../runtime/types.ts';
import type { PubSub } from './pubsub.ts';
import type { Subscription } from './subscription.ts';
import type { SubscribeOptions } from './types.ts';

export interface BridgeOptions {
  /** Takes what went wrong with one publication, or ended the bridge. Default: it is thrown where nobody can catch it, as an unhandled rejection. */
  readonly onError?: (error: unknown) => void;
}

/** A kernel's way to topics. Disposing it ends it; `ended` resolves then, or when the kernel has ended. */
export interface Publisher extends AsyncDisposable {
  readonly ended: Promise<void>;
  /** Publications made so far. */
  readonly published: number;
}

type AnyHandle = KernelHandle<ActorDefinition>;

/**
 * Subscribes a kernel's inbox: every publication is sent to the kernel as a message. With `atLeastOnce` it is
 * acknowledged when the kernel has answered (where its handler replies) or has room (where it does not), and
 * delivered again when that fails. Ends when the returned subscription is disposed or the kernel ends.
 */
export function subscribeKernel<D extends ActorDefinition, M extends MessagesOf<D>>(
  bus: PubSub, pattern: string, message: M, kernel: KernelHandle<D>, options: SubscribeOptions & BridgeOptions = {},
): Subscription {
  const target = kernel as unknown as AnyHandle;
  const handler = target.definition.handlers.find((h) => h.message.typeId === message.typeId);
  const asks = options.qos === 'atLeastOnce' && handler?.reply != null;
  const subscription: Subscription = bus.subscribe(pattern, message as MessageType, options);
  void target.wait().then(() => subscription[Symbol.dispose]());
  void pump();
  return subscription;

  async function pump(): Promise<void> {
    try {
      for await (const publication of subscription) {
        try {
          if (asks) await target.call(message as never, publication.value as never);
          else await target.send(message as never, publication.value as never);
          publication.ack();
        } catch (error) {
          if (!subscription.active) return;
          publication.nack();
          report(options, error);
        }
      }
    } catch (error) {
      report(options, error);
    }
  }
}

/** What a topic is made from: a text, or a function of what is published. */
export type TopicOf = string | ((value: Readonly<Record<string, unknown>>, message: AnyMessage) => string);

/** Publishes everything the kernel replies to messages that nobody waits for with `call`. It takes them away from `receive`. */
export function publishReplies<D extends ActorDefinition>(bus: PubSub, kernel: KernelHandle<D>, topic: TopicOf, options: BridgeOptions = {}): Publisher {
  return publisher(bus, kernel as unknown as AnyHandle, (kernel as unknown as AnyHandle).id, topic, options);
}

/**
 * Publishes from inside a kernel: what it sends to `port` goes to a topic. A small kernel in between takes the
 * messages on the device, so the sender neither waits nor knows.
 */
export async function publishPort<D extends ActorDefinition>(
  bus: PubSub, ring: RingKernel, kernel: KernelHandle<D>, port: PortsOf<D>, topic: TopicOf, options: BridgeOptions = {},
): Promise<Publisher> {
  const source = kernel as unknown as AnyHandle;
  const carried = source.definition.ports[port]! as MessageType;
  const definition = ringKernel({ id: `${source.id}.${port}`, on: carried, reply: carried }, (_, msg) => msg as never);
  const relay = await ring.launch(definition) as unknown as AnyHandle;
  await source.connect(port as never, relay.id);
  const inner = publisher(bus, relay, source.id, topic, options);
  void source.wait().then(() => inner[Symbol.asyncDispose]());
  return {
    ended: inner.ended,
    get published() { return inner.published; },
    async [Symbol.asyncDispose]() {
      if (source.state !== 'terminated') await source.disconnect(port as never);
      await inner[Symbol.asyncDispose]();
      await relay[Symbol.asyncDispose]();
    },
  };
}

function publisher(bus: PubSub, kernel: AnyHandle, name: string, topic: TopicOf, options: BridgeOptions): Publisher {
  const stop = new AbortController();
  let published = 0;
  const ended = run();
  return {
    ended,
    get published() { return published; },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };

  async function run(): Promise<void> {
    for (;;) {
      try {
        const { message, value } = await kernel.receiveTyped({ timeout: Infinity, signal: stop.signal }) as { message: MessageType; value: FieldInputs<Fields> };
        published++;
        await bus.publish(typeof topic === 'string' ? topic : topic(value as Readonly<Record<string, unknown>>, message), message, value, { publisher: name });
      } catch (error) {
        if (stop.signal.aborted || kernel.state === 'terminated') return;
        report(options, error);
      }
    }
  }
}

function report(options: BridgeOptions, error: unknown): void {
  if (options.onError !== undefined) options.onError(error);
  else void Promise.reject(error);
}
