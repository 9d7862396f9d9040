import { parseArgs } from 'node:util';
import { availabilityOf, backendNames } from '../backend/select.ts';
import type { BackendName } from '../backend/contract.ts';
import { fail } from '../error/index.ts';
import { roundTrips } from './probe-kernel.ts';

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { backend: { type: 'string' }, json: { type: 'boolean', default: false } } });
  if (values.backend !== undefined && !backendNames.includes(values.backend as BackendName)) {
    throw fail('InvalidConfig', { option: 'backend', value: values.backend, reason: `It is one of ${backendNames.join(', ')}.` });
  }
  const wanted = values.backend === undefined ? backendNames.filter((b) => b !== 'null') : [values.backend as BackendName];
  const rows: Record<string, unknown>[] = [];
  for (const backend of wanted) {
    const found = await availabilityOf(backend);
    if (!found.available) {
      if (!values.json) console.log(`${backend.padEnd(8)} not here: ${found.reason}`);
      continue;
    }
    const { p50, p99, perSecond } = await roundTrips(backend, backend === 'cpu' || backend === 'cuda' ? 20_000 : 500);
    rows.push({ backend, device: found.devices[0]?.name, callMicrosecondsP50: p50, callMicrosecondsP99: p99, callsPerSecond: perSecond });
    if (!values.json) console.log(`${backend.padEnd(8)} call p50 ${p50.toFixed(2)} µs, p99 ${p99.toFixed(2)} µs, ${Math.round(perSecond).toLocaleString('en')} calls/s together`);
  }
  if (values.json) console.log(JSON.stringify(rows, null, 2));
  return rows.length > 0 ? 0 : 1;
}
