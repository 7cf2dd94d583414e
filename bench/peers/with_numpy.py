"""Gradient descent with NumPy, into arrays that all steps share: loss, gradient, gradient norm and update."""

import numpy as np
from problem import serve

F = np.float32


def descent_of(problem):
    return {"diffusion": diffusion, "classifier": classifier}[problem.model](problem)


def diffusion(problem):
    """On the expected denoising loss less its constant (docs/paper.md, 2)."""
    alpha, beta, m = problem.alpha, problem.beta, problem.m
    b2, root = beta**2, m**0.5
    X, c = problem.patches, problem.multiplicities
    N, C = len(c), float(c.sum())
    scaled_XT = np.ascontiguousarray(F(alpha) * X.T)
    # NumPy computes half of a product with its own transpose, so c is split between both factors.
    root_c = np.sqrt(c)

    a, aa, A, scaled, da, qqa, through = np.empty((7, m, N), F)
    q, qq, SAA, qSaa, P = np.empty((5, m, m), F)
    G = np.empty_like(problem.start)
    diagonal = np.einsum("ii->i", P)

    def evaluate(W):
        np.matmul(W[:, :N], scaled_XT, out=a)
        np.matmul(W, W.T, out=q)
        s = q.diagonal()[:, None]
        np.multiply(a, a, out=aa)
        np.add(aa, F(b2) * s, out=A)
        np.multiply(A, root_c, out=scaled)
        np.matmul(scaled, scaled.T, out=SAA)
        np.multiply(a, root_c, out=scaled)
        np.matmul(scaled, scaled.T, out=qSaa)
        np.multiply(qSaa, q, out=qSaa)
        np.multiply(q, q, out=qq)
        Ac, ac = A @ c, a @ c
        quadratic = (np.vdot(q, SAA) + 4 * b2 * np.vdot(q, qSaa) + 2 * b2 * b2 * C * np.vdot(q, qq)) / m
        loss = quadratic - 4 * beta / root * np.vdot(s, ac)

        np.multiply(SAA, F(2 / C / m), out=P)
        np.multiply(qSaa, F(16 * b2 / C / m), out=qSaa)
        np.add(P, qSaa, out=P)
        np.multiply(qq, F(12 * b2 * b2 / m), out=SAA)
        np.add(P, SAA, out=P)
        np.add(diagonal, F(4 * b2 / C / m) * (q @ Ac) - F(8 * beta / C / root) * ac, out=diagonal)

        np.matmul(q, A, out=da)
        np.multiply(da, a, out=da)
        np.multiply(da, F(4 * alpha / C / m), out=da)
        np.matmul(qq, a, out=qqa)
        np.multiply(qqa, F(8 * b2 * alpha / C / m), out=qqa)
        np.add(da, qqa, out=da)
        np.add(da, F(-4 * beta * alpha / C / root) * s, out=da)
        np.multiply(da, c, out=da)
        np.matmul(P, W, out=G)
        np.matmul(da, X, out=through)
        G[:, :N] += through
        return loss / C

    return lambda: descend(problem, problem.start, evaluate, G)


def classifier(problem):
    """On the logistic loss, whose gradient is 0 but by the first N coordinates (docs/paper.md, 1)."""
    m, X, y = problem.m, problem.patches, problem.labels
    n, N = len(y), len(X)
    XT = np.ascontiguousarray(X.T)
    layer = np.repeat(F([1 / m, -1 / m]), m)
    doubled_layer = 2 * layer[:, None]
    # y_i where a patch belongs to sample i: n x N.
    signed = np.zeros((n, N), F)
    np.add.at(signed, (np.arange(n)[:, None], problem.pairs), y[:, None])
    z, zz, G = np.empty((3, 2 * m, N), F)

    def evaluate(W):
        np.matmul(W, XT, out=z)
        np.multiply(z, z, out=zz)
        margin = signed @ (layer @ zz)
        small = np.exp(-np.abs(margin))
        loss = (np.maximum(-margin, 0) + np.log1p(small)).sum() / n
        slopes = np.where(margin > 0, small, F(1)) / (F(-n) * (1 + small))
        np.multiply(z, doubled_layer, out=z)
        np.multiply(z, slopes @ signed, out=z)
        np.matmul(z, X, out=G)
        return loss

    def descend_in_span():
        W, loss = descend(problem, problem.start[:, :N], evaluate, G)
        return np.concatenate([W, problem.start[:, N:]], axis=1), loss

    return descend_in_span


def descend(problem, start, evaluate, G):
    """Gradient descent; `evaluate` gives the loss at W, and leaves its gradient in G."""
    W, step = start.copy(), F(problem.step)
    loss = evaluate(W)
    largest = np.sqrt(np.vdot(G, G))
    for _ in range(problem.steps):
        np.multiply(G, step, out=G)
        np.subtract(W, G, out=W)
        loss = evaluate(W)
        largest = max(largest, np.sqrt(np.vdot(G, G)))
    return W, loss


serve(np.__version__, descent_of)
