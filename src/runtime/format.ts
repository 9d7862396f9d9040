/**
 * Text of one `ctx.debug(format, ...args)`. `{}` takes the next argument; those left over are appended, so
 * that `ctx.debug('n', n)` does what one expects.
 */
export function formatDebug(format: string, args: readonly (number | bigint | boolean)[]): string {
  let next = 0;
  const text = format.replace(/\{\}/g, (hole) => (next < args.length ? String(args[next++]) : hole));
  return [text, ...args.slice(next).map(String)].join(' ');
}
