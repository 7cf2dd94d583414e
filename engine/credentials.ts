/** A text, with the credentials that URLs in it have left out. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/\/\/[^/@\s]*@/g, '//');
}
