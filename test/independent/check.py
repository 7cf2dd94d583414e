"""Recomputes losses and alignments of landed trainings from their definitions, with NumPy alone.

Nothing here is shared with the pipeline: files are read by hand, the diffusion loss is sampled where the pipeline has a
closed form, and the weights are taken in R^d where it stays in the span of start and patches.

usage: check.py <folder of artifacts>
Prints one line a check. Exits with 1 if one fails, and with 2 if there is nothing to check.
"""

import csv
import json
import struct
import sys
from pathlib import Path

import numpy as np

# What is checked: both models on the first two seeds of the paper's two synthetic settings, and on one seed of images.
SYNTHETIC = {(nsnr2, seed) for nsnr2 in ("0.75", "6.75") for seed in ("1", "2")}
IMAGE_SEED = "1"

DRAWS = 500  # of epsilon, a patch
BATCH = 100  # of them in memory at a time
STANDARD_ERRORS = 4  # how far a sampled loss may be from the exact one
POWER = 0.05  # and how large the standard error may be, as a share of the training loss
ROUNDING = 1e-5  # relative; checkpoints are float32

failed = 0


def check(name, is_right, text):
    global failed
    failed += not is_right
    print("ok  " if is_right else "FAIL", f"{name}: {text}", flush=True)


def check_equal(name, what, found, expected, tolerance=ROUNDING):
    is_right = abs(found - expected) <= tolerance * abs(expected)
    check(name, is_right, f"{what} {found:.7g}, in the table {expected:.7g}")


def read_safetensors(path):
    """The tensors by name, as float64 or int64, and the metadata."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        stored, wide = {"F32": ("<f4", "f8"), "I32": ("<i4", "i8")}[entry["dtype"]]
        tensors[name] = np.frombuffer(data[begin:end], stored).astype(wide).reshape(entry["shape"])
    return tensors, metadata


def last_row(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))[-1]


def samples(dataset, part):
    """The samples as n x 2 x d, and their labels."""
    signals = dataset[f"{part}.signals"][dataset[f"{part}.signalOf"]]
    return np.stack([signals, dataset[f"{part}.noises"]], axis=1), dataset[f"{part}.labels"]


def check_dataset(name, dataset, setting):
    """Definition 2.1, and n SNR^2 or SNR~."""
    x, y = samples(dataset, "train")
    n, _, d = x.shape
    check(name, len(set(np.unique(y, return_counts=True)[1])) == 1, f"{n} training samples, as many of each label")
    if setting["dataset"] == "noisy-mnist":
        norm = np.linalg.norm(x[:, 0], axis=1).mean()
        check_equal(name, "mean norm of the images by sqrt(d)", norm / np.sqrt(d), float(setting["snr"]))
        return
    signals, noises = dataset["train.signals"], dataset["train.noises"]
    check(name, np.abs(signals @ noises.T).max() == 0 and signals[0] @ signals[1] == 0, "all patches are orthogonal")
    for signal in signals:
        check_equal(name, "n |mu|^2 / d", n * (signal @ signal) / d, float(setting["nsnr2"]))
    # The standard error of the variance of N(0, 1) is sqrt(2 / count); two of the d coordinates are the signals'.
    variance, count = (noises**2).sum() / (n * (d - 2)), n * (d - 2)
    check(name, abs(variance - 1) < STANDARD_ERRORS * np.sqrt(2 / count), f"variance of the noise {variance:.4f}")


def check_alignments(name, weights, dataset, row):
    for kind, patches in (("signal", dataset["train.signals"]), ("noise", dataset["train.noises"])):
        aligned = np.abs(weights @ patches.T)
        check_equal(name, f"{kind} learning (max)", aligned.max(), float(row[f"{kind}_max"]))
        check_equal(name, f"{kind} learning (mean)", aligned.mean(), float(row[f"{kind}_mean"]))


def sampled_excess_loss(weights, x, t, random):
    """(1/2n) sum over samples and patches of E |f(W, x_t) - eps|^2 - |eps|^2, and its standard error."""
    alpha, beta = np.exp(-t), np.sqrt(1 - np.exp(-2 * t))
    n, _, d = x.shape
    means, variances = [], []
    for patch in x.reshape(2 * n, d):
        draws = []
        for _ in range(DRAWS // BATCH):
            eps = random.standard_normal((BATCH, d))
            projections = (alpha * patch + beta * eps) @ weights.T
            f = projections**2 @ weights / np.sqrt(len(weights))
            draws.append(((f - eps) ** 2).sum(axis=1) - (eps**2).sum(axis=1))
        draws = np.concatenate(draws)
        means.append(draws.mean())
        variances.append(draws.var(ddof=1) / DRAWS)
    return sum(means) / (2 * n), np.sqrt(sum(variances)) / (2 * n)


def check_diffusion(name, weights, dataset, row, curve, record):
    random = np.random.default_rng(list(name.encode()))
    for part, column in (("train", "loss"), ("test", "test")):
        x, _ = samples(dataset, part)
        expected = float(row[column])
        loss, error = sampled_excess_loss(weights, x, record["t"], random)
        is_right = abs(loss - expected) <= STANDARD_ERRORS * error and error <= POWER * abs(float(row["loss"]))
        check(name, is_right, f"{part} loss less d, sampled {loss:.4f} +- {error:.4f}, in the table {expected:.4f}")
    constant = float(curve["loss"]) - float(curve["excess_loss"])
    check_equal(name, "constant of the loss", x.shape[2], constant)


def classify(weights, x):
    """F_{+1} - F_{-1}, F_j(x) = (1/m) sum over r, p of <w_{j,r}, x^p>^2."""
    positive, negative = (((x @ part.T) ** 2).sum(axis=(1, 2)) / len(part) for part in np.split(weights, 2))
    return positive - negative


def check_classifier(name, weights, dataset, row):
    x, y = samples(dataset, "train")
    check_equal(name, "train loss", np.logaddexp(0, -y * classify(weights, x)).mean(), float(row["loss"]), 1e-4)
    x, y = samples(dataset, "test")
    check_equal(name, "test accuracy", (y * classify(weights, x) > 0).mean(), float(row["test"]), 0)


def check_training(artifacts, model, trained_on, dataset, setting):
    name = f"{model}/{trained_on}"
    folder = artifacts / f"train-{model}" / trained_on
    checkpoints, _ = read_safetensors(folder / "checkpoints.safetensors")
    record = json.loads((folder / "record.json").read_text())
    curve = last_row(folder / "curve.csv")
    row = last_row(artifacts / "alignments" / model / trained_on / "table.csv")
    ends = [int(row["iteration"]), int(curve["iteration"]), checkpoints["iterations"][-1], record["iterations"]]
    check(name, len(set(ends)) == 1, f"all files end at iteration {ends[0]}")
    same = all(float(row[key]) == float(setting[key]) for key in ("snr", "nsnr2", "seed"))
    check(name, same and row["dataset"] == setting["dataset"], "the table is of this data set")
    weights = checkpoints["coordinates"][-1] @ checkpoints["basis"]
    check_alignments(name, weights, dataset, row)
    if model == "diffusion":
        check_diffusion(name, weights, dataset, row, curve, record)
    else:
        check_classifier(name, weights, dataset, row)


def is_checked(setting):
    if setting["dataset"] == "noisy-mnist":
        return setting["seed"] == IMAGE_SEED
    return (setting["nsnr2"], setting["seed"]) in SYNTHETIC


def main(artifacts):
    checked = 0
    folders = [*artifacts.glob("synthetic-data*"), *artifacts.glob("noisy-mnist*")]
    for path in sorted(path for folder in folders for path in folder.rglob("dataset.safetensors")):
        dataset, setting = read_safetensors(path)
        if not is_checked(setting):
            continue
        name = path.parent.relative_to(artifacts).as_posix()
        check_dataset(name, dataset, setting)
        trained_on = name.replace("synthetic-data/", "synthetic/")
        for model in ("diffusion", "classifier"):
            if (artifacts / "alignments" / model / trained_on / "table.csv").is_file():
                check_training(artifacts, model, trained_on, dataset, setting)
                checked += 1
    print(f"{checked} trainings checked, {failed} checks failed")
    return 2 if checked == 0 else int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
