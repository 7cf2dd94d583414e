import { artifactType } from '../../../../engine/kind.ts';

export const text = artifactType('text', 'txt');
