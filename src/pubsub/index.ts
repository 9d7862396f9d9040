/** `ringkernel/pubsub`: publish and subscribe by topic, between host code and kernels. */
export { publishPort, publishReplies, subscribeKernel, type BridgeOptions, type Publisher, type TopicOf } from './kernels.ts';
export { PubSub, type PubSubOptions, type PubSubStats } from './pubsub.ts';
export { Subscription } from './subscription.ts';
export { matches, parsePattern, parseTopic } from './topic.ts';
export type {
  Publication, Published, PublishOptions, PublishReceipt, QoS, SlowPolicy, SubscribeOptions, SubscriptionStats,
} from './types.ts';
