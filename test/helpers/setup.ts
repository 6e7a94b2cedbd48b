// Every test file runs under Node 24: the shebang of node_modules/.bin/vitest would take an older one from PATH.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) throw new Error(`tests need Node 24 or newer, this is ${process.version}; use npm test`);
