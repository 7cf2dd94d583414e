import type { BackendMatrix, MatrixBackend } from './matrix-backend.ts';

/** Matrices by name: the weights of a network, or the gradient of a loss by them. */
export type Weights<Value = BackendMatrix> = Readonly<Record<string, Value>>;

/** A function of a batch of vectors, one a row, and of weights. */
export type Layer = (backend: MatrixBackend, weights: Weights, inputs: BackendMatrix) => LayerPass;

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
  backend: MatrixBackend,
  layers: readonly Layer[],
  weights: Weights,
  inputs: BackendMatrix,
): NetworkPass {
  const passes: LayerPass[] = [];
  let outputs = inputs;
  for (const layer of layers) {
    const pass = layer(backend, weights, outputs);
    passes.push(pass);
    outputs = pass.outputs;
  }
  return {
    outputs,
    gradient(outputSlopes) {
      let total: Weights = {};
      let slopes = outputSlopes;
      for (const [i, pass] of Array.from(passes.entries()).reverse()) {
        total = addWeights(backend, total, pass.gradient(slopes));
        if (i > 0) slopes = pass.inputSlopes(slopes);
      }
      return total;
    },
  };
}

/** The sum of two sets of matrices, each of which may lack some. */
export function addWeights(backend: MatrixBackend, x: Weights, y: Weights): Weights {
  const sums = Object.entries(y).map(([name, matrix]) => [
    name,
    name in x ? backend.combine(1, x[name], 1, matrix) : matrix,
  ]);
  return { ...x, ...Object.fromEntries(sums) };
}

/** x ↦ p·W·x, with W outputs×inputs. */
export function linear(name: string, p = 1): Layer {
  return (backend, { [name]: W }, inputs) => ({
    outputs: backend.scale(p, backend.matMul(inputs, backend.transpose(W))),
    gradient: (slopes) => ({ [name]: backend.scale(p, backend.matMul(backend.transpose(slopes), inputs)) }),
    inputSlopes: (slopes) => backend.scale(p, backend.matMul(slopes, W)),
  });
}

/** x ↦ p·Wᵀ·x, with W inputs×outputs: the way back through the weights of a linear layer. */
export function linearTransposed(name: string, p = 1): Layer {
  return (backend, { [name]: W }, inputs) => ({
    outputs: backend.scale(p, backend.matMul(inputs, W)),
    gradient: (slopes) => ({ [name]: backend.scale(p, backend.matMul(backend.transpose(inputs), slopes)) }),
    inputSlopes: (slopes) => backend.scale(p, backend.matMul(slopes, backend.transpose(W))),
  });
}

/** x ↦ ⟨v, x⟩ with a fixed vector v. */
export function readout(v: BackendMatrix): Layer {
  return (backend, _, inputs) => ({
    outputs: backend.matMul(inputs, v),
    gradient: () => ({}),
    inputSlopes: (slopes) => backend.matMul(slopes, backend.transpose(v)),
  });
}

/** Element by element, u². */
export const quadratic: Layer = (backend, _, u) => ({
  outputs: backend.multiply(u, u),
  gradient: () => ({}),
  inputSlopes: (slopes) => backend.scale(2, backend.multiply(slopes, u)),
});

/** Element by element, u³. */
export const cubic: Layer = (backend, _, u) => {
  const square = backend.multiply(u, u);
  return {
    outputs: backend.multiply(u, square),
    gradient: () => ({}),
    inputSlopes: (slopes) => backend.scale(3, backend.multiply(slopes, square)),
  };
};

/** Element by element, the positive part of u. */
export const relu: Layer = (backend, _, u) => {
  const { values, ...size } = backend.download(u);
  const positive = backend.upload({ ...size, values: values.map((value) => (value > 0 ? 1 : 0)) });
  return {
    outputs: backend.multiply(u, positive),
    gradient: () => ({}),
    inputSlopes: (slopes) => backend.multiply(slopes, positive),
  };
};
