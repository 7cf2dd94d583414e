/** The bytes of a font, which the bundler embeds. */
declare module '*.ttf' {
  const bytes: Uint8Array;
  export default bytes;
}

/** The bytes of a WebAssembly module, which the bundler embeds. */
declare module '*.wasm' {
  const bytes: Uint8Array;
  export default bytes;
}
