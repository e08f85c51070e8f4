// Holds SARIF logs against the schema of SARIF 2.1.0, which the npm package @microsoft/jest-sarif carries.
//
// Usage: node sarif.cjs FOLDER LOG...; FOLDER is where npm installed the package.

const fs = require("fs");
const path = require("path");

const [folder, ...logs] = process.argv.slice(2);
const modules = path.resolve(folder, "node_modules");
const Ajv = require(path.join(modules, "ajv"));
const schema = path.join(modules, "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
// The schema is of draft 4.
const ajv = new Ajv({ logger: false, schemaId: "id", meta: require(path.join(modules, "ajv/lib/refs/json-schema-draft-04.json")) });
const validate = ajv.compile(JSON.parse(fs.readFileSync(schema, "utf8")));
if (logs.length === 0) throw new Error("no log is named");
for (const log of logs) {
  const value = JSON.parse(fs.readFileSync(log, "utf8"));
  if (!validate(value)) {
    console.error(log, validate.errors);
    process.exit(1);
  }
  console.log(`${log}: ${value.runs[0].results.length} results, valid`);
}
