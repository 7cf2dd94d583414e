import * as v from 'valibot';

/** The two sorts of data. */
export const datasetName = v.picklist(['synthetic', 'noisy-mnist']);

/** What trials are called where all choices are ours. */
export const OURS = 'ours';

/** What of our setting is a number, and can be another by a factor. */
export const CHOICES = ['n', 'd', 'm', 'sigma0', 't', 'step', 'iterations'] as const;

export type Choice = (typeof CHOICES)[number];

/** Those of images, whose dimension is given; the classifier has no t. */
export const IMAGE_CHOICES = ['n', 'm', 'sigma0', 'step'] as const;

/** Whether what is varied in a trial is a number, rather than what has a name only, such as other digits. */
export function isChoice(name: string): boolean {
  return CHOICES.some((choice) => choice === name);
}

/** What is varied in a trial, as readers know it. */
export function nameOf(varied: string): string {
  return varied === 'sigma0' ? 'σ_0' : varied;
}
