// Prints, for each declaration file given, the names it exports and the members of those that are object types, as JSON.
const ts = require("typescript");

const files = process.argv.slice(2);
const program = ts.createProgram(files, { strict: true, skipLibCheck: true, lib: ["lib.esnext.d.ts", "lib.dom.d.ts"] });
const checker = program.getTypeChecker();

function describe(file) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  const exported = checker.getExportsOfModule(module).filter((symbol) => symbol.name !== "__esModule");
  return Object.fromEntries(
    exported.map((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const isType = Boolean(target.flags & ts.SymbolFlags.Type);
      const type = isType ? checker.getDeclaredTypeOfSymbol(target) : checker.getTypeOfSymbol(target);
      const members = isType && !type.isUnion() ? checker.getPropertiesOfType(type).map(({ name }) => name) : [];
      return [symbol.name, { kind: isType ? "type" : "value", members }];
    }),
  );
}

console.log(JSON.stringify(files.map(describe)));
