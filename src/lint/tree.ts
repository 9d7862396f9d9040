/**
 * What the rules use of a linter: ESTree nodes with offsets, scopes, a way to report. ESLint and oxlint both have
 * it; nothing is imported from either.
 */
export interface TreeNode {
  readonly type: string;
  readonly range: readonly [number, number];
  readonly parent?: TreeNode;
  readonly [key: string]: unknown;
}

export interface Definition {
  readonly type: string;
  /** What declares the name: a declarator, an import specifier, a function. */
  readonly node: TreeNode;
  readonly parent?: TreeNode | null;
}
export interface Scope {
  readonly set: ReadonlyMap<string, { readonly defs: readonly Definition[] }>;
  readonly upper: Scope | null;
}

export interface SourceCode {
  readonly text: string;
  readonly ast: TreeNode;
  getScope(node: TreeNode): Scope;
  getLocFromIndex(index: number): { readonly line: number; readonly column: number };
}

export interface Report {
  readonly loc: { readonly start: { readonly line: number; readonly column: number }; readonly end: { readonly line: number; readonly column: number } };
  readonly message: string;
}

export interface RuleContext {
  readonly sourceCode: SourceCode;
  readonly settings: Readonly<Record<string, unknown>>;
  report(report: Report): void;
}

export interface RuleModule {
  readonly meta: { readonly type: 'problem'; readonly docs: { readonly description: string }; readonly schema: readonly [] };
  create(context: RuleContext): Readonly<Record<string, (node: TreeNode) => void>>;
}

export const isNode = (value: unknown): value is TreeNode => typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** Child nodes in the order of their keys. */
export function childrenOf(node: TreeNode): TreeNode[] {
  const found: TreeNode[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (key === 'parent' || key === 'tokens' || key === 'comments') continue;
    if (Array.isArray(value)) { for (const item of value) if (isNode(item)) found.push(item); } else if (isNode(value)) found.push(value);
  }
  return found;
}

export function walk(node: TreeNode, visit: (node: TreeNode) => boolean | void): void {
  if (visit(node) === false) return;
  for (const child of childrenOf(node)) walk(child, visit);
}

/** The definition behind a name, as seen from a node; null: global, or not declared. */
export function definitionOf(source: SourceCode, name: string, from: TreeNode): Definition | null {
  for (let scope: Scope | null = source.getScope(from); scope !== null; scope = scope.upper) {
    const variable = scope.set.get(name);
    if (variable !== undefined) return variable.defs[0] ?? null;
  }
  return null;
}
