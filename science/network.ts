import type { EngineMatrix, MatrixEngine } from './matrix-engine.ts';

/** Matrices by name: the weights of a network, or the gradient of a loss by them. */
export type Weights<Value = EngineMatrix> = Readonly<Record<string, Value>>;

/** A function of a batch of vectors, one a row, and of weights. */
export type Layer = (engine: MatrixEngine, weights: Weights, inputs: EngineMatrix) => LayerPass;

/** A layer at one batch. */
export interface LayerPass {
  readonly outputs: EngineMatrix;
  /** From the derivative of a loss by the outputs: that by the layer's own weights, ... */
  gradient(outputSlopes: EngineMatrix): Weights;
  /** ... and that by its inputs. */
  inputSlopes(outputSlopes: EngineMatrix): EngineMatrix;
}

/** A network at one batch. */
export interface NetworkPass {
  readonly outputs: EngineMatrix;
  /** From the derivative of a loss by the outputs: its gradient by all weights. */
  gradient(outputSlopes: EngineMatrix): Weights;
}

/** Runs a batch through the layers, one after the other. Two layers may share a weight: its gradients add up. */
export function runNetwork(
  engine: MatrixEngine,
  layers: readonly Layer[],
  weights: Weights,
  inputs: EngineMatrix,
): NetworkPass {
  const passes: LayerPass[] = [];
  let outputs = inputs;
  for (const layer of layers) {
    const pass = layer(engine, weights, outputs);
    passes.push(pass);
    outputs = pass.outputs;
  }
  return {
    outputs,
    gradient(outputSlopes) {
      let total: Weights = {};
      let slopes = outputSlopes;
      for (const [i, pass] of Array.from(passes.entries()).reverse()) {
        total = addWeights(engine, total, pass.gradient(slopes));
        if (i > 0) slopes = pass.inputSlopes(slopes);
      }
      return total;
    },
  };
}

/** The sum of two sets of matrices, each of which may lack some. */
export function addWeights(engine: MatrixEngine, x: Weights, y: Weights): Weights {
  const sums = Object.entries(y).map(([name, matrix]) => [
    name,
    name in x ? engine.combine(1, x[name], 1, matrix) : matrix,
  ]);
  return { ...x, ...Object.fromEntries(sums) };
}

/** x ↦ p·W·x, with W outputs×inputs. */
export function linear(name: string, p = 1): Layer {
  return (engine, { [name]: W }, inputs) => ({
    outputs: engine.scale(p, engine.matMul(inputs, engine.transpose(W))),
    gradient: (slopes) => ({ [name]: engine.scale(p, engine.matMul(engine.transpose(slopes), inputs)) }),
    inputSlopes: (slopes) => engine.scale(p, engine.matMul(slopes, W)),
  });
}

/** x ↦ p·Wᵀ·x, with W inputs×outputs: the way back through the weights of a linear layer. */
export function linearTransposed(name: string, p = 1): Layer {
  return (engine, { [name]: W }, inputs) => ({
    outputs: engine.scale(p, engine.matMul(inputs, W)),
    gradient: (slopes) => ({ [name]: engine.scale(p, engine.matMul(engine.transpose(inputs), slopes)) }),
    inputSlopes: (slopes) => engine.scale(p, engine.matMul(slopes, engine.transpose(W))),
  });
}

/** x ↦ ⟨v, x⟩ with a fixed vector v. */
export function readout(v: EngineMatrix): Layer {
  return (engine, _, inputs) => ({
    outputs: engine.matMul(inputs, v),
    gradient: () => ({}),
    inputSlopes: (slopes) => engine.matMul(slopes, engine.transpose(v)),
  });
}

/** Element by element, u². */
export const quadratic: Layer = (engine, _, u) => ({
  outputs: engine.multiply(u, u),
  gradient: () => ({}),
  inputSlopes: (slopes) => engine.scale(2, engine.multiply(slopes, u)),
});

/** Element by element, u³. */
export const cubic: Layer = (engine, _, u) => {
  const square = engine.multiply(u, u);
  return {
    outputs: engine.multiply(u, square),
    gradient: () => ({}),
    inputSlopes: (slopes) => engine.scale(3, engine.multiply(slopes, square)),
  };
};

/** Element by element, the positive part of u. */
export const relu: Layer = (engine, _, u) => {
  const { values, ...size } = engine.download(u);
  const positive = engine.upload({ ...size, values: values.map((value) => (value > 0 ? 1 : 0)) });
  return {
    outputs: engine.multiply(u, positive),
    gradient: () => ({}),
    inputSlopes: (slopes) => engine.multiply(slopes, positive),
  };
};
