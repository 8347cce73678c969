/* Checks what the caller passed to `loadPyodide` and fills in the defaults. Pure: nothing is loaded here. */

import type { PyodideConfig } from "../types/config.ts";
import { boolean, callable, checkKinds, isObject, isString, type Kind, refuseUnknown, string } from "./check.ts";
import { asDirectory, directoryOf, type Files } from "./files.ts";

const object: Kind = { wanted: "an object", accepts: isObject };
const strings: Kind = {
  wanted: "an array of strings",
  accepts: (value) => Array.isArray(value) && value.every(isString),
};
const stringRecord: Kind = {
  wanted: "an object whose values are strings",
  accepts: (value) => isObject(value) && !Array.isArray(value) && Object.values(value).every(isString),
};
const lockFile: Kind = {
  wanted: "a lock file as an object, JSON text, or a promise of one",
  accepts: (value) => isString(value) || isObject(value),
};

type PublicOption = Exclude<keyof PyodideConfig, `_${string}`>;

const OPTIONS: Record<PublicOption, Kind> = {
  indexURL: string,
  lockFileURL: string,
  lockFileContents: lockFile,
  packageBaseUrl: string,
  packageCacheDir: string,
  stdLibURL: string,
  fullStdLib: boolean,
  stdin: callable,
  stdout: callable,
  stderr: callable,
  jsglobals: object,
  args: strings,
  env: stringRecord,
  packages: strings,
  enableRunUntilComplete: boolean,
  checkAPIVersion: boolean,
  fsInit: callable,
  createPyodideModule: callable,
  pyproxyToStringRepr: boolean,
  convertNullToNone: boolean,
  toJsLiteralMap: boolean,
  BUILD_ID: string,
  cdnUrl: string,
};

type Defaulted =
  | "indexURL"
  | "packageBaseUrl"
  | "stdLibURL"
  | "jsglobals"
  | "args"
  | "packages"
  | "env"
  | "enableRunUntilComplete"
  | "checkAPIVersion"
  | "pyproxyToStringRepr"
  | "convertNullToNone"
  | "toJsLiteralMap";

/** The options with every default filled in, without the snapshot, which is large. Addresses are absolute. */
export type Config = Readonly<
  Omit<PyodideConfig, Defaulted | "_loadSnapshot"> & Required<Pick<PyodideConfig, Defaulted>>
>;

/** Raises TypeError that names the first option which is unknown or of the wrong type. */
export function checkOptions(options: unknown): asserts options is PyodideConfig {
  checkKinds("loadPyodide", options, OPTIONS);
  refuseUnknown("loadPyodide", options, OPTIONS);
}

export interface Surroundings {
  /** The loader's own directory, where it is known. */
  readonly scriptDirectory: string | undefined;
  /** The page's address, in browsers. */
  readonly pageAddress: string | undefined;
  readonly files: Pick<Files, "resolve">;
}

/** `options` with defaults. Raises TypeError for options that exclude each other, Error for what cannot be honoured. */
export function resolveConfig(
  { _loadSnapshot, ...options }: PyodideConfig,
  { scriptDirectory, pageAddress, files }: Surroundings,
): Config {
  const restored = _loadSnapshot != null;
  if (restored && options.args?.[0]?.startsWith("-")) {
    throw new TypeError(
      `loadPyodide: the interpreter of a snapshot has started already: '${options.args[0]}' comes too late. args can only be a program's`,
    );
  }
  const place = options.indexURL ?? scriptDirectory;
  if (place === undefined) {
    throw new Error("loadPyodide cannot tell where it was loaded from: pass indexURL");
  }
  const indexURL = files.resolve(asDirectory(place));
  const given = options.lockFileContents !== undefined;
  if (given && options.lockFileURL !== undefined) {
    throw new TypeError("loadPyodide: Can't pass both lockFileContents and lockFileURL");
  }
  const lockFileURL = options.lockFileURL ?? `${indexURL}pyodide-lock.json`;
  const base =
    options.packageBaseUrl ?? (given ? undefined : directoryOf(lockFileURL)) ?? directoryOf(pageAddress ?? "");
  return {
    ...options,
    indexURL,
    ...(given ? {} : { lockFileURL: files.resolve(lockFileURL) }),
    packageBaseUrl: asDirectory(base ?? "."),
    ...(options.packageCacheDir && { packageCacheDir: files.resolve(asDirectory(options.packageCacheDir)) }),
    stdLibURL: files.resolve(options.stdLibURL ?? `${indexURL}python_stdlib.zip`),
    jsglobals: options.jsglobals ?? globalThis,
    args: options.args ?? [],
    packages: options.packages ?? [],
    env: { ...(restored ? {} : { HOME: "/home/pyodide", PYTHONINSPECT: "1" }), ...options.env },
    enableRunUntilComplete: options.enableRunUntilComplete ?? true,
    checkAPIVersion: options.checkAPIVersion ?? true,
    pyproxyToStringRepr: options.pyproxyToStringRepr ?? false,
    convertNullToNone: options.convertNullToNone ?? false,
    toJsLiteralMap: options.toJsLiteralMap ?? false,
  };
}
