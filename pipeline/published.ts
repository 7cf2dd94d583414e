import type { Params } from './schema.ts';

/** Where the files of a figure are committed. */
export const published = (name: string) => ({
  spec: `figures/${name}.vl.json`,
  svg: `figures/${name}.svg`,
  png: `figures/${name}.png`,
  caption: `figures/${name}.caption.md`,
});

/** The number of a figure, marked if it was made from fewer seeds and settings. */
export const titled = ({ profile }: Params, figure: string) =>
  profile === 'full' ? figure : `${figure} (${profile}: fewer seeds and settings)`;
