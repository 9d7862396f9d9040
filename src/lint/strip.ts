/** The text of a function with its types turned into spaces: JavaScript with every offset as it was. */
import { walk, type TreeNode } from './tree.ts';

export function withoutTypes(text: string, fn: TreeNode): string {
  const [start, end] = fn.range;
  let out = text.slice(start, end);
  const blank = (from: number, to: number): void => {
    out = out.slice(0, from - start) + out.slice(from - start, to - start).replace(/[^\n]/g, ' ') + out.slice(to - start);
  };
  walk(fn, (node) => {
    // Parentheses around the expression are not part of it: they stay.
    const type = (): readonly [number, number] => (node['typeAnnotation'] as TreeNode).range;
    if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression') {
      const word = node.type === 'TSAsExpression' ? 'as' : 'satisfies';
      blank(text.lastIndexOf(word, type()[0] - 1), node.range[1]);
    } else if (node.type === 'TSNonNullExpression') blank(node.range[1] - 1, node.range[1]);
    else if (node.type === 'TSTypeAssertion') blank(node.range[0], text.indexOf('>', type()[1]) + 1);
    else if (node.type === 'TSInstantiationExpression') return true;
    else if (node.type === 'Identifier' && node['optional'] === true) {
      const annotation = node['typeAnnotation'] as TreeNode | undefined;
      const name = String(node['name']).length;
      blank(node.range[0] + name, annotation === undefined ? node.range[1] : annotation.range[0]);
    } else if (node.type.startsWith('TS')) {
      blank(...(node.range as [number, number]));
      return false;
    }
    return true;
  });
  return out;
}
