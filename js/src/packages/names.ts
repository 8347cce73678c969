/* Names of packages and of wheels' files, as the packaging standards define them. Pure. */

/** The form of a package's name that is the same for all its spellings (PEP 503). */
export function normalizeName(name: string): string {
  return name.replace(/[-_.]+/g, "-").toLowerCase();
}

/** What a wheel's file name says (PEP 427). A tag may name several alternatives. */
export interface WheelName {
  readonly distribution: string;
  readonly version: string;
  readonly pythonTags: readonly string[];
  readonly abiTags: readonly string[];
  readonly platformTags: readonly string[];
}

/** What this interpreter can load. */
export interface Target {
  /** "3.14" */
  readonly python: string;
  /** "2026_0" */
  readonly abi: string;
}

/** The last part of a URL or path, decoded. */
export function fileNameOf(address: string): string {
  const path = address.replace(/[?#].*$/, "");
  const name = path.slice(path.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Raises Error if `fileName` is not a wheel's. */
export function parseWheelName(fileName: string): WheelName {
  const parts = fileName.endsWith(".whl") ? fileName.slice(0, -".whl".length).split("-") : [];
  const [distribution, version] = parts;
  if ((parts.length !== 5 && parts.length !== 6) || !distribution || !version) {
    throw new Error(
      `'${fileName}' is not the file name of a wheel, which has the form name-version-python-abi-platform.whl`,
    );
  }
  const [pythonTags, abiTags, platformTags] = parts.slice(-3).map((tag) => tag.split(".")) as [
    string[],
    string[],
    string[],
  ];
  return { distribution, version, pythonTags, abiTags, platformTags };
}

/** Raises Error that names the first tag which keeps the wheel from working with `target`. */
export function checkWheelTags(fileName: string, target: Target): void {
  const { pythonTags, abiTags, platformTags } = parseWheelName(fileName);
  const platform = `pyemscripten_${target.abi}_wasm32`;
  // The second spelling is that of the time before PEP 783.
  const platforms = ["any", platform, `pyodide_${target.abi}_wasm32`];
  const refuse = (what: string, tags: readonly string[], wanted: string) => {
    throw new Error(`${fileName} is a wheel for ${what} ${tags.join(" or ")}, this runtime needs ${wanted}`);
  };
  if (!platformTags.some((tag) => platforms.includes(tag))) refuse("the platform", platformTags, platform);
  const cpython = `cp${target.python.replace(".", "")}`;
  if (!abiTags.some((tag) => ["none", "abi3", cpython].includes(tag))) {
    refuse("the Python ABI", abiTags, `${cpython}, abi3 or none`);
  }
  const stable = abiTags.some((tag) => tag !== cpython);
  if (!pythonTags.some((tag) => runs(tag, target.python, stable))) refuse("Python", pythonTags, cpython);
}

/** A version tag without a minor version, or of an earlier one with a stable or no ABI, is good for later ones too. */
function runs(tag: string, python: string, stable: boolean): boolean {
  const [major, minor] = python.split(".") as [string, string];
  const found = /^(py|cp)(\d)(\d*)$/.exec(tag);
  if (!found || found[2] !== major) return false;
  if (found[3] === "") return true;
  return stable ? Number(found[3]) <= Number(minor) : found[3] === minor;
}
