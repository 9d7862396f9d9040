import { binding, code, within, type Code } from './code.ts';

/**
 * Puts operands into a spelling (`$0`, `$1`, …, `$t` the type). An operand gets parentheses unless it stands
 * alone between commas and parentheses; the whole is atomic when it is one call or name.
 */
export function fillTemplate(template: string, operands: readonly Code[], type: string): Code {
  const text = template.replace(/\$(\d|t)/g, (_, hole: string, at: number) => {
    if (hole === 't') return type;
    const operand = operands[Number(hole)];
    if (operand === undefined) throw new Error(`spelling '${template}' wants operand ${hole}`);
    const alone = /(^|[(,]\s*)$/.test(template.slice(0, at)) && /^(\s*[),]|$)/.test(template.slice(at + 2));
    return alone && template !== `$${hole}` ? operand.text : within(operand, binding.primary);
  });
  return code(text, isAtomic(text) ? binding.primary : binding.any);
}

/** A name, a number, something in parentheses, or one call whose closing parenthesis is the last character. */
function isAtomic(text: string): boolean {
  const head = /^[\w.:<>]*/.exec(text)![0];
  if (head === '' && text[0] !== '(') return false;
  if (head.length === text.length) return true;
  let depth = 0;
  for (let i = head.length; i < text.length; i++) {
    if (text[i] === '(' || text[i] === '[') depth++;
    else if (text[i] === ')' || text[i] === ']') depth--;
    if (depth === 0) return i === text.length - 1;
  }
  return false;
}
