/*
 * A value that crossed from Python, or is about to: it has no static type, and callers of the reference API rely on
 * using it without a cast. The one place where the public types say `any`.
 */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Untyped = any;
