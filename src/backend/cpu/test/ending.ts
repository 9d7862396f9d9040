/** A process that ends a thread whose last answer arrives meanwhile: it must not end before the thread has. */
import { startThread } from '../worker-thread.ts';

const thread = await startThread('ending', { answer: () => undefined, ended: (cause) => { throw cause; } });
thread.hold();
const ended = thread.terminate();
thread.release();
await ended;
console.log('ended');
