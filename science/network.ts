import type { BackendMatrix, Operations } from './matrix-backend.ts';

/** Matrices by name: the weights of a network, or the gradient of a loss by them. */
export type Weights<Value = BackendMatrix> = Readonly<Record<string, Value>>;

/** A function of a batch of vectors, one a row, and of weights. */
export type Layer = (ops: Operations, weights: Weights, inputs: BackendMatrix) => LayerPass;

/** A layer at one batch. */
export interface LayerPass {
  readonly outputs: BackendMatrix;
  /** From the derivative of a loss by the outputs: that by the layer's own weights, ... */
  gradient(outputSlopes: BackendMatrix): Weights;
  /** ... and that by its inputs. */
  inputSlopes(outputSlopes: BackendMatrix): BackendMatrix;
}

/** A network at one batch. */
export interface NetworkPass {
  readonly outputs: BackendMatrix;
  /** From the derivative of a loss by the outputs: its gradient by all weights. */
  gradient(outputSlopes: BackendMatrix): Weights;
}

/** Runs a batch through the layers, one after the other. Two layers may share a weight: its gradients add up. */
export function runNetwork(
  ops: Operations,
  layers: readonly Layer[],
  weights: Weights,
  inputs: BackendMatrix,
): NetworkPass {
  const passes: LayerPass[] = [];
  let outputs = inputs;
  for (const layer of layers) {
    const pass = layer(ops, weights, outputs);
    passes.push(pass);
    outputs = pass.outputs;
  }
  return {
    outputs,
    gradient(outputSlopes) {
      let total: Weights = {};
      let slopes = outputSlopes;
      for (const [i, pass] of Array.from(passes.entries()).reverse()) {
        total = addWeights(ops, total, pass.gradient(slopes));
        if (i > 0) slopes = pass.inputSlopes(slopes);
      }
      return total;
    },
  };
}

/** The sum of two sets of matrices, each of which may lack some. */
function addWeights(ops: Operations, x: Weights, y: Weights): Weights {
  const sums = Object.entries(y).map(([name, matrix]) => [
    name,
    name in x ? ops.combine(1, x[name], 1, matrix) : matrix,
  ]);
  return { ...x, ...Object.fromEntries(sums) };
}

/** x ↦ p·W·x, with W outputs×inputs. */
export function linear(name: string, p = 1): Layer {
  return (ops, { [name]: W }, inputs) => ({
    outputs: ops.scale(p, ops.matMul(inputs, ops.transpose(W))),
    gradient: (slopes) => ({ [name]: ops.scale(p, ops.matMul(ops.transpose(slopes), inputs)) }),
    inputSlopes: (slopes) => ops.scale(p, ops.matMul(slopes, W)),
  });
}

/** x ↦ p·Wᵀ·x, with W inputs×outputs: the way back through the weights of a linear layer. */
export function linearTransposed(name: string, p = 1): Layer {
  return (ops, { [name]: W }, inputs) => ({
    outputs: ops.scale(p, ops.matMul(inputs, W)),
    gradient: (slopes) => ({ [name]: ops.scale(p, ops.matMul(ops.transpose(inputs), slopes)) }),
    inputSlopes: (slopes) => ops.scale(p, ops.matMul(slopes, ops.transpose(W))),
  });
}

/** x ↦ ⟨v, x⟩ with a fixed vector v. */
export function readout(v: BackendMatrix): Layer {
  return (ops, _, inputs) => ({
    outputs: ops.matMul(inputs, v),
    gradient: () => ({}),
    inputSlopes: (slopes) => ops.matMul(slopes, ops.transpose(v)),
  });
}

/** Element by element, u². */
export const quadratic: Layer = (ops, _, u) => ({
  outputs: ops.multiply(u, u),
  gradient: () => ({}),
  inputSlopes: (slopes) => ops.scale(2, ops.multiply(slopes, u)),
});

/** Element by element, u³. */
export const cubic: Layer = (ops, _, u) => {
  const square = ops.multiply(u, u);
  return {
    outputs: ops.multiply(u, square),
    gradient: () => ({}),
    inputSlopes: (slopes) => ops.scale(3, ops.multiply(slopes, square)),
  };
};

/** Element by element, the positive part of u. */
export const relu: Layer = (ops, _, u) => {
  const positive = ops.isPositive(u);
  return {
    outputs: ops.multiply(u, positive),
    gradient: () => ({}),
    inputSlopes: (slopes) => ops.multiply(slopes, positive),
  };
};
