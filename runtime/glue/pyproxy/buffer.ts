/** `getBuffer`: the memory of Python objects that have the buffer protocol. */
import { openBuffer } from "../buffer.ts";
import { PyBufferView } from "./buffer_view.ts";
import { addressOf, own } from "./state.ts";

export const buffer = {
  /** The object's memory without a copy, as an array of the given type or of the buffer's own. */
  getBuffer(type?: string): PyBufferView {
    return PyBufferView.open(openBuffer(addressOf(own(this))), type);
  },
};
