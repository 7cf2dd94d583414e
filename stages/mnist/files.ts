/** The four files of MNIST by the output that each becomes: its canonical name, and its size unpacked. */
export const mnistFiles = {
  trainImages: { name: 'train-images-idx3-ubyte', bytes: 47_040_016 },
  trainLabels: { name: 'train-labels-idx1-ubyte', bytes: 60_008 },
  testImages: { name: 't10k-images-idx3-ubyte', bytes: 7_840_016 },
  testLabels: { name: 't10k-labels-idx1-ubyte', bytes: 10_008 },
} as const;
