/** Calls into a worker thread by widely used packages: the same addition, awaited one after the other. */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import { Piscina } from 'piscina';

const require = createRequire(import.meta.url);
const comlinkFile = require.resolve('comlink');
const adapterFile = require.resolve('comlink/dist/umd/node-adapter.js');

type Time = (call: (a: number, b: number) => Promise<unknown>) => Promise<number[]>;

async function comlink(time: Time): Promise<number[]> {
  const nodeEndpoint = require(adapterFile) as (worker: Worker) => Comlink.Endpoint;
  const worker = new Worker(`
    const Comlink = require(${JSON.stringify(comlinkFile)});
    Comlink.expose({ add: (a, b) => a + b }, require(${JSON.stringify(adapterFile)})(require('node:worker_threads').parentPort));`, { eval: true, execArgv: [] });
  try {
    const api = Comlink.wrap<{ add(a: number, b: number): number }>(nodeEndpoint(worker));
    return await time((a, b) => api.add(a, b));
  } finally {
    await worker.terminate();
  }
}

async function piscina(time: Time): Promise<number[]> {
  const pool = new Piscina({ filename: new URL('./piscina-task.mjs', import.meta.url).href, minThreads: 1, maxThreads: 1, execArgv: [] });
  try {
    return await time((a, b) => pool.run({ a, b }));
  } finally {
    await pool.destroy();
  }
}

/** Times of calls, by package. */
export const callPeers = async (time: Time): Promise<Record<string, number[]>> => ({ comlink: await comlink(time), piscina: await piscina(time) });
