/** Where the files of a figure are committed. */
export const published = (name: string) => ({
  spec: `figures/${name}.vl.json`,
  svg: `figures/${name}.svg`,
  png: `figures/${name}.png`,
});
