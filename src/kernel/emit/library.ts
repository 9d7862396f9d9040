/**
 * Routines a target lacks, as text in the target's language, by name. All names begin with `rk_`, and a
 * routine is part of the output exactly when its name occurs there: nobody keeps a list of what is used.
 * Entries stand in an order in which each needs only earlier ones.
 */
export type Library = Readonly<Record<string, string>>;

const mentions = (text: string): string[] => text.match(/\brk_\w+/g) ?? [];

/** The routines that `text` needs, directly or through others, in the library's order. */
export function collect(text: string, library: Library): string[] {
  const needed = new Set<string>();
  const visit = (part: string): void => {
    for (const name of mentions(part)) {
      const routine = library[name];
      if (routine === undefined || needed.has(name)) continue;
      needed.add(name);
      visit(routine);
    }
  };
  visit(text);
  return Object.keys(library).filter((name) => needed.has(name)).map((name) => library[name]!);
}
