import { parseArgs } from 'node:util';
import type { DeviceInfo } from '../backend/contract.ts';
import { availabilityOf, backendNames } from '../backend/select.ts';
import { reasonOf, RingKernelError } from '../error/index.ts';
import { describeDevice } from './describe.ts';
import { roundTrips, type RoundTrips } from './probe-kernel.ts';

interface Finding {
  readonly backend: string;
  readonly works: boolean;
  readonly devices?: readonly Pick<DeviceInfo, 'name' | 'memory' | 'detail'>[];
  readonly roundTrip?: RoundTrips;
  readonly reason?: string;
  readonly fix?: string;
}

/** A backend works only after an answer has been read from it; everything else merely explains. */
async function examine(backend: (typeof backendNames)[number]): Promise<Finding> {
  const found = await availabilityOf(backend);
  if (!found.available) return { backend, works: false, reason: found.reason, fix: found.fix };
  const devices = found.devices.map(({ name, memory, detail }) => ({ name, memory, detail }));
  if (backend === 'null') return { backend, works: true, devices, reason: 'Compiles everything and runs nothing.' };
  try {
    return { backend, works: true, devices, roundTrip: await roundTrips(backend, 500) };
  } catch (cause) {
    const known = cause instanceof RingKernelError;
    return {
      backend, works: false, devices,
      reason: `A device is there, but a round trip failed: ${reasonOf(cause)}`,
      fix: known ? cause.fix : `Run \`ringkernel selftest --backend ${backend}\` and report what it prints.`,
    };
  }
}

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  const findings: Finding[] = [];
  for (const backend of backendNames) {
    if (process.stderr.isTTY) process.stderr.write(`\rasking ${backend} ...   `);
    findings.push(await examine(backend));
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  if (values.json) {
    console.log(JSON.stringify({ node: process.version, platform: `${process.platform}-${process.arch}`, backends: findings }, null, 2));
  } else {
    console.log(`Node ${process.version}, ${process.platform}-${process.arch}`);
    for (const f of findings) {
      console.log(`${f.works ? 'works    ' : 'not here '} ${f.backend}${f.devices?.length ? `: ${f.devices.map((d) => d.name).join(', ')}` : ''}`);
      for (const d of f.devices ?? []) if (describeDevice(d) !== '') console.log(`           ${describeDevice(d)}`);
      if (f.roundTrip !== undefined) console.log(`           answer after ${f.roundTrip.p50.toFixed(1)} µs (p99 ${f.roundTrip.p99.toFixed(1)} µs), ${Math.round(f.roundTrip.perSecond).toLocaleString('en')} calls/s`);
      if (f.reason !== undefined) console.log(`           ${f.reason}`);
      if (f.fix !== undefined) console.log(`           ${f.fix}`);
    }
  }
  return findings.some((f) => f.works && f.roundTrip !== undefined) ? 0 : 1;
}
