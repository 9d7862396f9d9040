import { expect, test } from 'vitest';
import { chunksReady, lineReady, lineWords, publish } from './lines.ts';

test('a line is whole when the chunks its payload needs carry the stamp', () => {
  const needed = (payload: number): number => Math.ceil((4 + payload) / 3);
  for (let payload = 0; payload <= 8; payload++) {
    for (let there = 1; there <= 4; there++) {
      const words = new Int32Array(lineWords);
      for (let chunk = 0; chunk < there; chunk++) words[chunk * 4] = 7;
      expect(chunksReady(words, 0, 7, payload), `${payload} words, ${there} chunks`).toBe(there >= needed(payload));
    }
  }
});

test('publishing stamps every chunk of every line', () => {
  for (const lines of [1, 2, 7]) {
    const words = new Int32Array((lines + 2) * lineWords);
    publish(words, lineWords, lines, 9);
    const stamped = Array.from({ length: lines + 2 }, (_, i) => lineReady(words, i * lineWords, 9));
    expect(stamped).toEqual([false, ...Array<boolean>(lines).fill(true), false]);
    expect(words.filter((w) => w !== 0).length).toBe(lines * 4);
  }
});
