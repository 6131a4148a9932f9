// Each finding of axe as a sentence: its rule, what it asks, and where.
async (asked) => {
  const found = await axe.run(document, { runOnly: asked, resultTypes: ["violations"] });
  const where = (node) => `${node.target} ${node.failureSummary}`;
  return found.violations.map((one) => [one.id, one.help, ...one.nodes.slice(0, 5).map(where)].join("; "));
}
