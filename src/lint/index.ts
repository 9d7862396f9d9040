/**
 * `ringkernel/lint`: rules for ESLint (flat config) and oxlint that underline what the kernel language refuses, as
 * it is typed. They run the compiler's own front end on the text of each kernel, with what the file shows of its
 * schemas and constants; where it shows nothing, only syntax and closures are judged.
 */
import { findingsOf, type Finding } from './check.ts';
import type { RuleContext, RuleModule } from './tree.ts';

/** Codes of each rule: a prefix of the code. */
const rules = {
  'no-closures': { description: 'A kernel sees only its parameters: closures and imports are out of its reach.', codes: /^RK13/ },
  'no-unsupported-syntax': { description: 'Syntax and functions that devices have no counterpart for.', codes: /^RK1(?!3)/ },
  'no-type-errors': { description: 'Narrowing without a cast, mixed signs, numbers with bigints, and other errors of types.', codes: /^RK2/ },
} as const;

/** Imports that mean this library: `settings: { ringkernel: { modules: ['./kernel-kit.js'] } }` adds some. */
function modulesOf(settings: RuleContext['settings']): (specifier: string) => boolean {
  const more = (settings['ringkernel'] as { modules?: readonly string[] } | undefined)?.modules ?? [];
  return (specifier) => specifier === 'ringkernel' || specifier.startsWith('ringkernel/') || more.includes(specifier);
}

const ruleOf = (description: string, codes: RegExp): RuleModule => ({
  meta: { type: 'problem', docs: { description }, schema: [] },
  create: (context) => ({
    'Program:exit': () => {
      const { sourceCode } = context;
      const at = (f: Finding): { start: { line: number; column: number }; end: { line: number; column: number } } =>
        ({ start: sourceCode.getLocFromIndex(f.start), end: sourceCode.getLocFromIndex(f.end) });
      for (const f of findingsOf(sourceCode, modulesOf(context.settings))) {
        if (codes.test(f.code)) context.report({ loc: at(f), message: `${f.code}: ${f.what} ${f.fix}` });
      }
    },
  }),
});

const made: Record<keyof typeof rules, RuleModule> = Object.fromEntries(Object.entries(rules).map(([name, r]) => [name, ruleOf(r.description, r.codes)])) as never;

const plugin: {
  readonly meta: { readonly name: string };
  readonly rules: typeof made;
  readonly configs: { recommended: { readonly name: string; readonly plugins: Readonly<Record<string, unknown>>; readonly rules: Readonly<Record<string, 'error'>> } };
} = {
  meta: { name: 'ringkernel' },
  rules: made,
  configs: { recommended: { name: 'ringkernel/recommended', plugins: {}, rules: Object.fromEntries(Object.keys(rules).map((name) => [`ringkernel/${name}`, 'error' as const])) } },
};
(plugin.configs.recommended as { plugins: Record<string, unknown> }).plugins = { ringkernel: plugin };

export default plugin;
export type { Finding } from './check.ts';
