/**
 * Syntax trees of functions, in the common form of JavaScript tools (ESTree). `start` and `end` are offsets in
 * the function's text.
 */

interface Base<T extends string> {
  readonly type: T;
  start: number;
  end: number;
}

export interface Identifier extends Base<'Identifier'> { name: string }
export interface PrivateIdentifier extends Base<'PrivateIdentifier'> { name: string }
export interface Literal extends Base<'Literal'> {
  value?: string | boolean | null | number | RegExp | bigint;
  raw?: string;
  regex?: { pattern: string; flags: string };
  bigint?: string;
}
export interface TemplateElement extends Base<'TemplateElement'> { value: { raw: string; cooked?: string | null }; tail: boolean }

// ---------------------------------------------------------------- patterns

export interface AssignmentProperty extends Base<'Property'> {
  kind: 'init';
  method: false;
  shorthand: boolean;
  computed: boolean;
  key: Expression;
  value: Pattern;
}
export interface ObjectPattern extends Base<'ObjectPattern'> { properties: (AssignmentProperty | RestElement)[] }
export interface ArrayPattern extends Base<'ArrayPattern'> { elements: (Pattern | null)[] }
export interface RestElement extends Base<'RestElement'> { argument: Pattern }
export interface AssignmentPattern extends Base<'AssignmentPattern'> { left: Pattern; right: Expression }
export type Pattern = Identifier | MemberExpression | ObjectPattern | ArrayPattern | RestElement | AssignmentPattern;

// ---------------------------------------------------------------- functions and classes

interface Function<T extends string> extends Base<T> {
  generator: boolean;
  expression: boolean;
  async: boolean;
  params: Pattern[];
}
export interface FunctionExpression extends Function<'FunctionExpression'> { id: Identifier | null; body: BlockStatement }
export interface FunctionDeclaration extends Function<'FunctionDeclaration'> { id: Identifier; body: BlockStatement }
export interface ArrowFunctionExpression extends Function<'ArrowFunctionExpression'> { id?: null; body: BlockStatement | Expression }

export interface MethodDefinition extends Base<'MethodDefinition'> {
  key: Expression | PrivateIdentifier;
  value: FunctionExpression;
  kind: 'constructor' | 'method' | 'get' | 'set';
  computed: boolean;
  static: boolean;
}
export interface PropertyDefinition extends Base<'PropertyDefinition'> { key: Expression | PrivateIdentifier; value: Expression | null; computed: boolean; static: boolean }
export interface StaticBlock extends Base<'StaticBlock'> { body: Statement[] }
export interface ClassBody extends Base<'ClassBody'> { body: (MethodDefinition | PropertyDefinition | StaticBlock)[] }
export interface ClassExpression extends Base<'ClassExpression'> { id: Identifier | null; superClass: Expression | null; body: ClassBody }
export interface ClassDeclaration extends Base<'ClassDeclaration'> { id: Identifier; superClass: Expression | null; body: ClassBody }

// ---------------------------------------------------------------- expressions

export interface Property extends Base<'Property'> {
  kind: 'init' | 'get' | 'set';
  method: boolean;
  shorthand: boolean;
  computed: boolean;
  key: Expression;
  value: Expression;
}
export interface SpreadElement extends Base<'SpreadElement'> { argument: Expression }
export interface ThisExpression extends Base<'ThisExpression'> {}
export interface Super extends Base<'Super'> {}
export interface ArrayExpression extends Base<'ArrayExpression'> { elements: (Expression | SpreadElement | null)[] }
export interface ObjectExpression extends Base<'ObjectExpression'> { properties: (Property | SpreadElement)[] }
export interface UnaryExpression extends Base<'UnaryExpression'> { operator: '-' | '+' | '!' | '~' | 'typeof' | 'void' | 'delete'; prefix: boolean; argument: Expression }
export interface UpdateExpression extends Base<'UpdateExpression'> { operator: '++' | '--'; prefix: boolean; argument: Expression }
export type BinaryOperator = '==' | '!=' | '===' | '!==' | '<' | '<=' | '>' | '>=' | '<<' | '>>' | '>>>' | '+' | '-' | '*' | '/' | '%' | '|' | '^' | '&' | 'in' | 'instanceof' | '**';
export interface BinaryExpression extends Base<'BinaryExpression'> { left: Expression | PrivateIdentifier; operator: BinaryOperator; right: Expression }
export type LogicalOperator = '||' | '&&' | '??';
export interface LogicalExpression extends Base<'LogicalExpression'> { left: Expression; operator: LogicalOperator; right: Expression }
export type AssignmentOperator = '=' | '+=' | '-=' | '*=' | '/=' | '%=' | '<<=' | '>>=' | '>>>=' | '|=' | '^=' | '&=' | '**=' | '||=' | '&&=' | '??=';
export interface AssignmentExpression extends Base<'AssignmentExpression'> { operator: AssignmentOperator; left: Pattern; right: Expression }
export interface ConditionalExpression extends Base<'ConditionalExpression'> { test: Expression; consequent: Expression; alternate: Expression }
export interface CallExpression extends Base<'CallExpression'> { callee: Expression | Super; arguments: (Expression | SpreadElement)[]; optional: boolean }
export interface NewExpression extends Base<'NewExpression'> { callee: Expression; arguments: (Expression | SpreadElement)[] }
export interface MemberExpression extends Base<'MemberExpression'> { object: Expression | Super; property: Expression | PrivateIdentifier; computed: boolean; optional: boolean }
export interface ChainExpression extends Base<'ChainExpression'> { expression: MemberExpression | CallExpression }
export interface SequenceExpression extends Base<'SequenceExpression'> { expressions: Expression[] }
export interface YieldExpression extends Base<'YieldExpression'> { argument: Expression | null; delegate: boolean }
export interface AwaitExpression extends Base<'AwaitExpression'> { argument: Expression }
export interface TemplateLiteral extends Base<'TemplateLiteral'> { expressions: Expression[]; quasis: TemplateElement[] }
export interface TaggedTemplateExpression extends Base<'TaggedTemplateExpression'> { tag: Expression; quasi: TemplateLiteral }
export interface MetaProperty extends Base<'MetaProperty'> { meta: Identifier; property: Identifier }
export interface ImportExpression extends Base<'ImportExpression'> { source: Expression; options: Expression | null }
/** Not made by the parser: parentheses leave no trace. */
export interface ParenthesizedExpression extends Base<'ParenthesizedExpression'> { expression: Expression }
export type Expression =
  | Identifier | Literal | ThisExpression | ArrayExpression | ObjectExpression | FunctionExpression | UnaryExpression | UpdateExpression | BinaryExpression
  | AssignmentExpression | LogicalExpression | MemberExpression | ConditionalExpression | CallExpression | NewExpression | SequenceExpression
  | ArrowFunctionExpression | YieldExpression | TemplateLiteral | TaggedTemplateExpression | ClassExpression | MetaProperty | AwaitExpression
  | ChainExpression | ImportExpression | ParenthesizedExpression;

// ---------------------------------------------------------------- statements

export interface ExpressionStatement extends Base<'ExpressionStatement'> { expression: Expression; directive?: string }
export interface BlockStatement extends Base<'BlockStatement'> { body: Statement[] }
export interface EmptyStatement extends Base<'EmptyStatement'> {}
export interface DebuggerStatement extends Base<'DebuggerStatement'> {}
export interface WithStatement extends Base<'WithStatement'> { object: Expression; body: Statement }
export interface ReturnStatement extends Base<'ReturnStatement'> { argument: Expression | null }
export interface LabeledStatement extends Base<'LabeledStatement'> { label: Identifier; body: Statement }
export interface BreakStatement extends Base<'BreakStatement'> { label: Identifier | null }
export interface ContinueStatement extends Base<'ContinueStatement'> { label: Identifier | null }
export interface IfStatement extends Base<'IfStatement'> { test: Expression; consequent: Statement; alternate: Statement | null }
export interface SwitchCase extends Base<'SwitchCase'> { test: Expression | null; consequent: Statement[] }
export interface SwitchStatement extends Base<'SwitchStatement'> { discriminant: Expression; cases: SwitchCase[] }
export interface ThrowStatement extends Base<'ThrowStatement'> { argument: Expression }
export interface CatchClause extends Base<'CatchClause'> { param: Pattern | null; body: BlockStatement }
export interface TryStatement extends Base<'TryStatement'> { block: BlockStatement; handler: CatchClause | null; finalizer: BlockStatement | null }
export interface WhileStatement extends Base<'WhileStatement'> { test: Expression; body: Statement }
export interface DoWhileStatement extends Base<'DoWhileStatement'> { body: Statement; test: Expression }
export interface ForStatement extends Base<'ForStatement'> { init: VariableDeclaration | Expression | null; test: Expression | null; update: Expression | null; body: Statement }
export interface ForInStatement extends Base<'ForInStatement'> { left: VariableDeclaration | Pattern; right: Expression; body: Statement }
export interface ForOfStatement extends Base<'ForOfStatement'> { await: boolean; left: VariableDeclaration | Pattern; right: Expression; body: Statement }
export interface VariableDeclarator extends Base<'VariableDeclarator'> { id: Pattern; init: Expression | null }
export interface VariableDeclaration extends Base<'VariableDeclaration'> { declarations: VariableDeclarator[]; kind: 'var' | 'let' | 'const' | 'using' | 'await using' }
export type Statement =
  | ExpressionStatement | BlockStatement | EmptyStatement | DebuggerStatement | WithStatement | ReturnStatement | LabeledStatement | BreakStatement
  | ContinueStatement | IfStatement | SwitchStatement | ThrowStatement | TryStatement | WhileStatement | DoWhileStatement | ForStatement | ForInStatement
  | ForOfStatement | FunctionDeclaration | VariableDeclaration | ClassDeclaration;

export type AnyNode =
  | Statement | Expression | Pattern | PrivateIdentifier | Super | SpreadElement | Property | AssignmentProperty | TemplateElement | SwitchCase | CatchClause
  | VariableDeclarator | ClassBody | MethodDefinition | PropertyDefinition | StaticBlock;
export type Node = AnyNode;
