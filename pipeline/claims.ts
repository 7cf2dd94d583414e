import type { Params } from './schema.ts';

/** The params of the claims: the values that they are about, and what is said of each group of experiments. */
export function claimParams(params: Params) {
  const { synthetic, noisyMnist, noisyMnistHigh, tenDigits, variants, law, otherStart, stationarity, t } = params;
  const sizes = `n = ${synthetic.n}, d = ${synthetic.d}`;
  const onSynthetic = { about: `${sizes}, t = ${t}` };
  const onImages = { about: `SNR~ = ${noisyMnist.snr}, n = ${2 * noisyMnist.perDigit}` };
  const onImagesHigh = { about: `SNR~ = ${noisyMnistHigh.snr}, n = ${2 * noisyMnist.perDigit}` };
  const tenDigitsSize = `n = ${tenDigits.digits.length * tenDigits.perDigit}`;
  return {
    sweep: synthetic.nsnr2,
    low: synthetic.low,
    high: synthetic.high,
    moreSnr: params.moreSnr,
    variants: { low: variants.low, high: variants.high, ends: variants.ends },
    kappas: law.kappas,
    stationarity: stationarity.gradientRatio,
    groups: {
      synthetic: { about: sizes },
      otherStart: { about: `${sizes}, σ_0 = ${otherStart.sigma0}` },
      noisyMnist: onImages,
      noisyMnistHigh: onImagesHigh,
      times: { about: `${sizes}, each t` },
      sizes: { about: `each n and d, t = ${t}` },
      tenDigits: { about: `SNR~ = ${tenDigits.low.snr}, ${tenDigitsSize}` },
      tenDigitsHigh: { about: `SNR~ = ${tenDigits.high.snr}, ${tenDigitsSize}` },
      law: { about: `σ_0 = ${law.sigma0} α^(1/3), each κ, n, d and m` },
      syntheticEnds: onSynthetic,
      features: onSynthetic,
      letters: onImagesHigh,
      conditional: onSynthetic,
      latent: onSynthetic,
      imagesByPatch: onImages,
      curvature: onSynthetic,
      variants: {
        about: `n = ${variants.n}, d = ${variants.d}, m = ${variants.m}, wide networks m = ${variants.wide.m}`,
      },
    },
  };
}
