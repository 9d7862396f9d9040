/**
 * Compiled code on disk, by source, architecture and compiler. Entries are written to a temporary name and
 * renamed, and carry their own checksum: an entry that does not check is removed and made again.
 */
import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const magic = Buffer.from('RKCUBIN2');
/** Length and CRC-32: what finds a file that was cut off or damaged, read in a fraction of the time of a digest. */
const checkBytes = 8;

function checkOf(code: Uint8Array): Buffer {
  const check = Buffer.alloc(checkBytes);
  check.writeUInt32LE(code.length, 0);
  check.writeUInt32LE(crc32(code), 4);
  return check;
}

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

/** `RINGKERNEL_CACHE`, or the platform's cache folder. */
export function defaultCacheFolder(): string {
  const base = process.env['RINGKERNEL_CACHE'];
  if (base !== undefined && base !== '') return join(base, 'cuda');
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'ringkernel', 'cuda');
}

/** What two sources that compile to the same code have in common: no comments on lines of their own, no `#line`, no trailing blanks. */
export const normalise = (source: string): string =>
  source.split('\n').filter((line) => !/^\s*(#line\b.*|\/\/.*)?$/.test(line)).map((line) => line.trimEnd()).join('\n');

export interface CacheKey {
  readonly source: string;
  /** `sm_90`. */
  readonly architecture: string;
  /** Everything else that decides the code: compiler, version, options. Null: any. */
  readonly compiler: string | null;
}

export class CodeCache {
  readonly folder: string;

  constructor(folder: string = defaultCacheFolder()) {
    this.folder = folder;
  }

  /** The code, or null when there is none that is intact. */
  get(key: CacheKey): Buffer | null {
    for (const path of this.#paths(key)) {
      const code = read(path);
      if (code !== null) return code;
      rmSync(path, { force: true });
    }
    return null;
  }

  /** Stores code. A folder that cannot be written is no error: the code is compiled again next time. */
  put(key: CacheKey, code: Uint8Array): void {
    const path = this.#path(key);
    const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
    try {
      mkdirSync(this.folder, { recursive: true });
    } catch {
      return;
    }
    try {
      writeFileSync(temporary, Buffer.concat([magic, checkOf(code), code]));
      renameSync(temporary, path);
    } catch {
      rmSync(temporary, { force: true });
    }
  }

  #stem(key: CacheKey): string {
    return `${sha256(normalise(key.source)).toString('hex').slice(0, 40)}-${key.architecture}-`;
  }

  #path(key: CacheKey): string {
    return join(this.folder, `${this.#stem(key)}${sha256(key.compiler ?? '').toString('hex').slice(0, 16)}.cubin`);
  }

  #paths(key: CacheKey): string[] {
    if (key.compiler !== null) {
      const path = this.#path(key);
      return existsSync(path) ? [path] : [];
    }
    if (!existsSync(this.folder)) return [];
    const stem = this.#stem(key);
    return readdirSync(this.folder).filter((name) => name.startsWith(stem) && name.endsWith('.cubin')).map((name) => join(this.folder, name));
  }
}

function read(path: string): Buffer | null {
  let data: Buffer;
  try {
    data = readFileSync(path);
  } catch {
    return null;
  }
  const start = magic.length + checkBytes;
  if (data.length <= start || !data.subarray(0, magic.length).equals(magic)) return null;
  const code = data.subarray(start);
  return checkOf(code).equals(data.subarray(magic.length, start)) ? code : null;
}
