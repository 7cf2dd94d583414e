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

/** What the paper states of a figure that is not its own. */
export const EXTENSION = 'none of it, this figure is our extension';

/** What a caption says of a figure of what the paper points to. */
export const POINTED_TO = {
  stated: 'that its findings point to more complex data, conditional and latent diffusion; the figure is our extension',
  reconstructed: 'all of it',
};
