import type * as v from 'valibot';
import type { Artifact } from '../engine/graph.ts';
import type { GraphBuilder } from '../engine/graph-builder.ts';
import type { captionSchema } from '../stages/figure/caption.ts';
import { figure } from '../stages/kinds.ts';
import type { Drawing } from './drawing.ts';
import type { Params } from './schema.ts';

/** What a figure is drawn from, and what its caption says beside that. */
type Drawn = v.InferOutput<typeof captionSchema> & { readonly chart: Artifact<'chart'>; readonly drawing: Drawing };

/** Adds a figure that Vega draws, in all its forms. */
export function addFigure(graph: GraphBuilder, name: string, { chart, drawing, ...caption }: Drawn): void {
  graph.add(name, figure, {
    params: caption,
    inputs: { chart, drawing },
    publish: {
      spec: `figures/${name}.vl.json`,
      svg: `figures/${name}.svg`,
      png: `figures/${name}.png`,
      caption: `figures/${name}.caption.md`,
    },
  });
}

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
