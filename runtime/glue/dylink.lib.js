// Emscripten's dynamic linker, with our own doors (dylink.ts) before its two steps.
const { library } = LibraryManager;

addToLibrary({
  $openLibrary: library.$loadDynamicLibrary,
  $openLibrary__deps: library.$loadDynamicLibrary__deps,
  $loadDynamicLibrary: "=glue.loadDynamicLibrary",
  $loadDynamicLibrary__deps: ["$openLibrary", "$findLibraryFS", "$LDSO", "$PATH_FS"],

  $linkLibrary: library.$loadWebAssemblyModule,
  $linkLibrary__deps: library.$loadWebAssemblyModule__deps,
  $loadWebAssemblyModule: "=glue.loadWebAssemblyModule",
  $loadWebAssemblyModule__deps: ["$linkLibrary", "$getDylinkMetadata", "$isSymbolDefined", "$GOT"],
});
