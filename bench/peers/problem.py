"""The training problem that the benchmark hands over, and the answers that it waits for."""

import json
import os
import sys
import time

import numpy as np


class Problem:
    """Full-batch gradient descent in coordinates of the span (docs/paper.md, 1 and 2), in float32."""

    def __init__(self, text):
        fields = json.loads(text)
        self.model = fields["model"]  # "diffusion" or "classifier"
        self.m = fields["m"]
        self.step, self.steps = fields["step"], fields["steps"]
        self.alpha, self.beta = fields["alpha"], fields["beta"]
        self.patches = array(fields["patches"])  # X, N x N
        self.start = array(fields["start"])  # a neuron a row
        self.multiplicities = array(fields["multiplicities"])
        self.labels = array(fields["labels"])
        self.pairs = np.array(fields["pairs"])  # the places of both patches of a sample


def array(rows):
    return np.array(rows, np.float32)


def serve(version, descent_of):
    """Answers with the weights and the loss after all steps, and then each line with the CPU seconds of the same again.

    descent_of(problem) is a function that descends from the start and returns the weights and the loss there.
    """
    # On one core, no library has a use for more threads.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    descend = descent_of(Problem(sys.stdin.readline()))
    weights, loss = descend()
    answer({"version": version, "weights": np.asarray(weights).tolist(), "excessLoss": float(loss)})
    for _ in sys.stdin:
        start = time.process_time()
        descend()
        answer({"seconds": time.process_time() - start})


def answer(message):
    print(json.dumps(message), flush=True)
