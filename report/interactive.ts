// The figures as Vega draws them, loaded where a reader asks for it. Expressions are interpreted, since the page allows
// no code that is made from text.

import { parse, type Spec, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';

/**
 * Draws a figure in an element, with the values under the pointer, axes to drag and zoom, and series that a click in
 * the legend brings out.
 */
export async function draw(spec: Spec, container: HTMLElement): Promise<void> {
  const view = new View(parse(spec, undefined, { ast: true }), {
    expr: expressionInterpreter,
    renderer: 'svg',
    container,
    hover: true,
  });
  await view.runAsync();
}
