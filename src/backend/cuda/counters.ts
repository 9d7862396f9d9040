/** An actor's counters, read from its row while the kernel runs. */
import type { ActorCounters } from '../../engine/contract.ts';
import { offsetOf } from '../../layout/access.ts';
import { ControlBlock, TelemetryBuffer } from '../../layout/structures.ts';
import type { Device } from './device.ts';
import type { Wired } from './routes.ts';
import { Route, Row } from './structures.ts';
import type { Tables } from './tables.ts';

const row = (...path: string[]): number => offsetOf(Row, ...path);

export function countersOf(device: Device, tables: Tables, { actor, wiring }: Wired): ActorCounters {
  const { heap } = device;
  const bytes = heap.read(tables.row(actor.id), ControlBlock.size + TelemetryBuffer.size);
  const data = new DataView(bytes.buffer);
  const big = (offset: number): number => Number(data.getBigUint64(offset, true));
  const c = (name: string): number => row('control', name);
  const t = (name: string): number => row('telemetry', name);
  const processed = big(c('messagesProcessed'));
  let sent = 0;
  let refused = 0;
  if (wiring.routes !== null) {
    const routes = new DataView(heap.read(wiring.routes.address, wiring.ports.length * Route.size).buffer);
    wiring.ports.forEach((_, i) => {
      sent += routes.getUint32(i * Route.size + offsetOf(Route, 'sent'), true);
      refused += routes.getUint32(i * Route.size + offsetOf(Route, 'refused'), true);
    });
  }
  return {
    processed, inFlight: actor.inputDepth, inputDepth: actor.inputDepth, outputDepth: actor.held.length, dropped: actor.dropped,
    errors: data.getUint32(c('errorCount'), true), lastError: data.getUint32(c('lastError'), true), sent, refused,
    latency: { total: big(t('totalLatencyUs')), min: processed === 0 ? 0 : big(t('minLatencyUs')), max: big(t('maxLatencyUs')) },
  };
}
