/** A process that uses the engine and must end by itself: with the engine closed, left open, or after an error nobody handles. */
import { CpuEngine } from '../engine.ts';
import { Add, adder, Collector, launched, plain, Sum, until } from './kit.ts';

const engine = await CpuEngine.start();
const actor = await launched(engine, adder);
const sink = new Collector({ [actor.id]: Sum });
actor.trySend(0, Add.codec, { a: 1, b: 2 }, plain);
await until(engine, sink, () => sink.replies.length === 1);
console.log((sink.replies[0]!.value as { value: number }).value);
void engine.wait();
if (process.argv[2] === 'failing') throw new Error('nobody handles this');
if (process.argv[2] === 'closed') await engine[Symbol.asyncDispose]();
