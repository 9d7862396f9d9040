/**
 * Calls `fn` in the next turn of the event loop, after timers and input had their chance. As fast as the
 * host allows: `setImmediate` where there is one, a message to oneself in browsers.
 */
export const nextTurn: (fn: () => void) => void = typeof setImmediate === 'function' ? (fn) => void setImmediate(fn) : messageTurns();

function messageTurns(): (fn: () => void) => void {
  const waiting: (() => void)[] = [];
  const channel = new MessageChannel();
  channel.port1.onmessage = () => waiting.shift()!();
  return (fn) => {
    waiting.push(fn);
    channel.port2.postMessage(0);
  };
}

export const turn = (): Promise<void> => new Promise(nextTurn);
