/** The text of a source file, without comments: the bundler puts it there. */
declare module '*?source' {
  const text: string;
  export default text;
}
