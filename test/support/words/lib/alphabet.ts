/** Three imports down from transform.ts, and from no other stage. */
export const alphabet = 'abcdefghijklmnopqrstuvwxyz';
