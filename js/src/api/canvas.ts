/* `pyodide.canvas`: the canvas that C libraries draw on. Emscripten knows one, whatever its context is. */

import type { CanvasInterface } from "../types/api.ts";
import type { PyodideModule } from "../types/emscripten.ts";

/** SDL looks its canvas up by this id. */
const CANVAS_ID = "canvas";

export function createCanvas(module: PyodideModule): CanvasInterface {
  const get = () => module.canvas;
  const set = (canvas: HTMLCanvasElement) => {
    if (canvas.id !== CANVAS_ID) {
      console.warn(`pyodide.canvas: SDL finds only an element whose id is "${CANVAS_ID}", not "${canvas.id}"`);
    }
    module.canvas = canvas;
  };
  return { setCanvas2D: set, getCanvas2D: get, setCanvas3D: set, getCanvas3D: get };
}
