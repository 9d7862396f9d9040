/** A membrane that steps on the server: commands are posted, pictures come as a stream. */
import type { Membrane, MembraneCommand, MembraneParams } from './membrane.ts';
import { decodeFrames } from './wire.ts';

async function post<T>(path: string, body: unknown): Promise<T> {
  const response = await fetch(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  const answer = await response.json() as T & { error?: { code?: string; message: string; fix?: string } };
  if (!response.ok) throw Object.assign(new Error(answer.error?.message ?? response.statusText), answer.error);
  return answer;
}

export async function openOnServer(n: number, params: MembraneParams): Promise<Membrane> {
  const { id, backend, device } = await post<{ id: string; backend: string; device: string }>('wave/open', { n, params });
  const leave = new AbortController();
  return {
    name: `server: ${backend}`, device, n,
    command: (command: MembraneCommand) => post(`wave/${id}/command`, command),
    async *frames() {
      const response = await fetch(`wave/${id}/frames`, { signal: leave.signal });
      try {
        for await (const frame of decodeFrames(response.body!)) {
          yield frame;
          // Only what has been painted makes room for the next.
          await post(`wave/${id}/seen`, { number: frame.number });
        }
      } catch (cause) {
        if (!leave.signal.aborted) throw cause;
      }
    },
    async close() {
      leave.abort();
      await post(`wave/${id}/close`, {}).catch(() => undefined);
    },
  };
}
