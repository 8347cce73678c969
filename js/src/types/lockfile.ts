/* What a lock file was made for. */
export interface LockfileInfo {
  arch: "wasm32";
  /** The side-module ABI, for example "2026_0". */
  abi_version: string;
  /** For example "emscripten_5_0_3". */
  platform: string;
  /** @deprecated Absent in current lock files. */
  version: string;
  /** The Python version, for example "3.14.2". */
  python: string;
}

export type PackageType = "package" | "cpython_module" | "shared_library" | "static_library";

/** One package of a lock file. */
export interface LockfilePackage {
  name: string;
  version: string;
  /** A URL, or a path relative to `packageBaseUrl`. */
  file_name: string;
  package_type: PackageType;
  install_dir: "site" | "dynlib";
  sha256: string;
  /** Top-level import names. */
  imports: string[];
  /** Names of packages this one needs. */
  depends: string[];
}

/** The contents of pyodide-lock.json. */
export interface Lockfile {
  info: LockfileInfo;
  packages: Record<string, LockfilePackage>;
}

/** What is told about a package that was loaded. */
export interface PackageData {
  name: string;
  version: string;
  fileName: string;
  packageType: PackageType;
}
