"""Gradient descent with JAX. Loss, gradient, gradient norm and update are compiled as one function.

usage: with_jax.py loop | call
With "loop", the loop over the steps is compiled, too; with "call", Python calls the function for each step.
"""

import sys

import jax
import jax.numpy as jnp
import numpy as np
from problem import serve


def descent_of(problem):
    evaluate = {"diffusion": diffusion, "classifier": classifier}[problem.model](problem)
    start, steps, step = jnp.asarray(problem.start), problem.steps, problem.step

    # The lowest loss and the largest norm are carried along, so that no step can do without its own.
    def advance(state):
        weights, lowest, steepest = state
        loss, gradient = evaluate(weights)
        norm = jnp.sqrt((gradient * gradient).sum())
        moved = add_to_first_columns(weights, -step * gradient)
        return moved, jnp.minimum(lowest, loss), jnp.maximum(steepest, norm)

    all_steps = jax.jit(lambda state: jax.lax.fori_loop(0, steps, lambda _, state: advance(state), state))
    one_step = jax.jit(advance)
    final_loss = jax.jit(lambda weights: evaluate(weights)[0])

    def descend():
        state = start, jnp.float32(jnp.inf), jnp.float32(0)
        if sys.argv[1] == "loop":
            state = all_steps(state)
        else:
            for _ in range(steps):
                state = one_step(state)
        weights, _, _ = state
        return jax.block_until_ready((weights, final_loss(weights)))

    return descend


def add_to_first_columns(x, y):
    return x.at[:, : y.shape[1]].add(y)


def diffusion(problem):
    """The expected denoising loss less its constant, and its gradient (docs/paper.md, 2)."""
    alpha, beta, m = problem.alpha, problem.beta, problem.m
    b2, root = beta**2, m**0.5
    X, c = problem.patches, problem.multiplicities
    N, C = len(c), float(c.sum())
    scaled_XT = np.ascontiguousarray(np.float32(alpha) * X.T)

    def evaluate(W):
        a = W[:, :N] @ scaled_XT
        q = W @ W.T
        s = jnp.diagonal(q)
        A = a * a + b2 * s[:, None]
        Ac, ac = A @ c, a @ c
        SAA = (A * c) @ A.T
        qSaa = q * ((a * c) @ a.T)
        qq = q * q
        loss = (q * (SAA + 4 * b2 * qSaa + 2 * b2 * b2 * C * qq)).sum() / m - 4 * beta / root * (s @ ac)
        P = (SAA + 8 * b2 * qSaa + 6 * b2 * b2 * C * qq) / m
        diagonal = 2 * b2 / m * (q @ Ac) - 4 * beta / root * ac
        da = (4 / m * a * (q @ A) + 8 * b2 / m * (qq @ a) - 4 * beta / root * s[:, None]) * c
        of_weights = (2 / C * (P + jnp.diag(diagonal))) @ W
        return loss / C, add_to_first_columns(of_weights, (alpha / C * da) @ X)

    return evaluate


def classifier(problem):
    """The logistic loss, and its gradient by the first N coordinates: by the others it is 0 (docs/paper.md, 1)."""
    m, X, y = problem.m, problem.patches, problem.labels
    n, N = len(y), len(X)
    XT = np.ascontiguousarray(X.T)
    layer = np.repeat(np.float32([1 / m, -1 / m]), m)
    # y_i where a patch belongs to sample i: n x N.
    signed = np.zeros((n, N), np.float32)
    np.add.at(signed, (np.arange(n)[:, None], problem.pairs), y[:, None])

    def evaluate(W):
        z = W[:, :N] @ XT
        margin = signed @ (layer @ (z * z))
        small = jnp.exp(-jnp.abs(margin))
        loss = (jnp.maximum(-margin, 0) + jnp.log1p(small)).sum() / n
        slopes = jnp.where(margin > 0, small, 1) / (-n * (1 + small))
        dz = z * (2 * layer[:, None]) * (slopes @ signed)
        return loss, dz @ X

    return evaluate


serve(jax.__version__, descent_of)
