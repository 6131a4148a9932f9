// What tools that others wrote say of the package: reads a question from standard input, writes the answer as JSON.
// Where the tools lie is the first argument.
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const load = createRequire(`${process.argv[2]}/`);

async function findings({ flows }) {
  const scanner = load("@flow-scanner/lightning-flow-scanner-core");
  const results = scanner.scan(await scanner.parse(flows));
  return results.flatMap(({ flow, errorMessage, ruleResults }) => [
    ...(errorMessage ? [{ flow: flow?.name, rule: "unreadable", element: errorMessage }] : []),
    ...ruleResults.flatMap((result) => [
      ...(result.errorMessage ? [{ flow: flow.name, rule: result.ruleName, element: result.errorMessage }] : []),
      ...(result.occurs ? result.details : []).map(({ name }) => ({ flow: flow.name, rule: result.ruleName, element: name })),
    ]),
  ]);
}

function literal({ kind, value, words }) {
  const dated = kind === "date" || kind === "datetime";
  if (value === null && kind !== "picklist" && kind !== "text") return { type: "literal", dataType: "null", value: null };
  if (kind === "picklist") return { type: "literal", dataType: kind, value: value ?? "", options: { values: words } };
  return { type: "literal", dataType: kind, value: dated ? new Date(value) : value ?? "", options: { length: 255, scale: 2 } };
}

function values({ cases }) {
  const { parse } = load("formulon");
  return cases.map(({ formula, given }) => {
    const named = Object.entries(given).map(([name, value]) => [name, literal(value)]);
    const { type, value, message } = parse(formula, Object.fromEntries(named));
    return type === "error" ? { error: message } : { value };
  });
}

function syntax({ files }) {
  const { ApexErrorListener, ApexParserFactory } = load("@apexdevtools/apex-parser");
  class Listener extends ApexErrorListener {
    found = [];
    apexSyntaxError(line, column, message) {
      this.found.push(`${line}:${column} ${message}`);
    }
  }
  return files.flatMap((file) => {
    const listener = new Listener();
    const { parser } = ApexParserFactory.createLexerAndParser(readFileSync(file, "utf8"), listener);
    if (file.endsWith(".cls")) parser.compilationUnit();
    else parser.anonymousUnit();
    return listener.found.map((fault) => `${file}:${fault}`);
  });
}

const ask = JSON.parse(readFileSync(0, "utf8"));
Promise.resolve({ findings, values, syntax }[ask.what](ask)).then((answer) => process.stdout.write(JSON.stringify(answer)));
