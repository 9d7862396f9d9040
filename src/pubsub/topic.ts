/**
 * Topics and patterns. A topic is levels separated by `/`: `sensors/7/temperature`. In a pattern `*` stands for
 * exactly one level, and `#`, only as the last level, for one or more: `sensors/#` does not match `sensors`.
 *
 * MQTT writes `+` for one level, and its `sensors/#` also matches `sensors`. NATS separates by `.` and writes `>`
 * where we write `#`; it too wants at least one more level.
 */
import { fail } from '../error/index.ts';

const maxLength = 1024;

/** The levels of a topic to publish to. Throws `InvalidTopic`. */
export function parseTopic(topic: string): string[] {
  return split(topic, 'topic', (level) => (level.includes('*') || level.includes('#') ? 'wildcards are for subscribers' : null));
}

/** The levels of a pattern to subscribe to. Throws `InvalidTopic`. */
export function parsePattern(pattern: string): string[] {
  return split(pattern, 'pattern', (level, last) => {
    if (level.includes('#') && (level !== '#' || !last)) return '# stands alone, and last';
    return level.includes('*') && level !== '*' ? '* stands for a whole level' : null;
  });
}

function split(text: string, kind: 'topic' | 'pattern', problemOf: (level: string, last: boolean) => string | null): string[] {
  const problem = (what: string): Error =>
    fail('InvalidTopic', { topic: String(text), kind, problem: what, hint: `Write it like ${kind === 'topic' ? 'sensors/7/temperature' : 'sensors/*/temperature or sensors/#'}.` });
  if (typeof text !== 'string' || text === '') throw problem('it is empty');
  if (text.length > maxLength) throw problem(`it has more than ${maxLength} characters`);
  const levels = text.split('/');
  levels.forEach((level, i) => {
    const found = level === '' ? 'a level is empty' : problemOf(level, i === levels.length - 1);
    if (found !== null) throw problem(found);
  });
  return levels;
}

export function matches(pattern: readonly string[], topic: readonly string[]): boolean {
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '#') return topic.length > i;
    if (i >= topic.length || (pattern[i] !== '*' && pattern[i] !== topic[i])) return false;
  }
  return pattern.length === topic.length;
}

interface Node<T> {
  readonly children: Map<string, Node<T>>;
  /** Those whose pattern ends here, and those whose pattern ends in `#` below here. */
  readonly here: Set<T>;
  readonly below: Set<T>;
}

const newNode = <T>(): Node<T> => ({ children: new Map(), here: new Set(), below: new Set() });

/** Finds who has subscribed to a topic in time that depends on its levels, not on the number of subscribers. */
export class PatternTree<T> {
  readonly #root = newNode<T>();

  add(pattern: readonly string[], item: T): void {
    let node = this.#root;
    for (const level of pattern) {
      if (level === '#') {
        node.below.add(item);
        return;
      }
      let child = node.children.get(level);
      if (child === undefined) node.children.set(level, child = newNode());
      node = child;
    }
    node.here.add(item);
  }

  delete(pattern: readonly string[], item: T): void {
    this.#delete(this.#root, pattern, 0, item);
  }

  /** Those whose pattern matches, each once. */
  find(topic: readonly string[]): T[] {
    const found: T[] = [];
    const visit = (node: Node<T>, i: number): void => {
      if (i === topic.length) {
        found.push(...node.here);
        return;
      }
      found.push(...node.below);
      const exact = node.children.get(topic[i]!);
      if (exact !== undefined) visit(exact, i + 1);
      const any = node.children.get('*');
      if (any !== undefined) visit(any, i + 1);
    };
    visit(this.#root, 0);
    return found;
  }

  /** True when the node has become empty. */
  #delete(node: Node<T>, pattern: readonly string[], i: number, item: T): boolean {
    const level = pattern[i];
    if (level === undefined) node.here.delete(item);
    else if (level === '#') node.below.delete(item);
    else {
      const child = node.children.get(level);
      if (child !== undefined && this.#delete(child, pattern, i + 1, item)) node.children.delete(level);
    }
    return node.children.size === 0 && node.here.size === 0 && node.below.size === 0;
  }
}
