import 'vega';

declare module 'vega' {
  /** How Vega measures text; exported by vega-scenegraph, and missing from the types of vega. */
  export const textMetrics: {
    width(item: { readonly fontSize?: number; readonly fontWeight?: string | number }, text: unknown): number;
  };
}
