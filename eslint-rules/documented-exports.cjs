/**
 * An export has a sentence of contract before it: what it promises, units, errors (CONTRIBUTING.md). What an export only passes on
 * from another file is documented there.
 */
module.exports = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Exports have a docstring.' },
    messages: { missing: '"{{name}}" is exported without a sentence of contract (/** … */) before it.' },
    schema: [],
  },
  create(context) {
    const { sourceCode } = context;
    return {
      ExportNamedDeclaration(node) {
        const { declaration } = node;
        if (!declaration) return;
        // The implementation of an overloaded function is documented by its first form.
        const previous = node.parent.body[node.parent.body.indexOf(node) - 1];
        if (previous?.declaration?.type === 'TSDeclareFunction') return;
        const name = (declaration.id ?? declaration.declarations?.[0]?.id)?.name ?? 'It';
        if (isTypeOfDocumentedValue(node, name)) return;
        const decorators = declaration.decorators ?? [];
        const first = decorators.length > 0 ? decorators[0] : node;
        const comments = [...sourceCode.getCommentsBefore(node), ...sourceCode.getCommentsBefore(first)];
        // A decorated class of the schema has its description there.
        if (decorators.some((one) => /description:/.test(sourceCode.getText(one)))) return;
        if (comments.some(({ type, value }) => type === 'Block' && value.startsWith('*'))) return;
        context.report({ node, messageId: 'missing', data: { name } });
      },
    };

    /** `export const Role = …; export type Role = keyof typeof Role` is one thing with one sentence. */
    function isTypeOfDocumentedValue(node, name) {
      if (node.declaration.type !== 'TSTypeAliasDeclaration') return false;
      return node.parent.body.some(
        (other) => other !== node && other.declaration?.declarations?.[0]?.id?.name === name,
      );
    }
  },
};
