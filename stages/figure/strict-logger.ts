/** What makes an error of every warning of Vega and Vega-Lite. */
export async function strictLogger() {
  const vega = await import('vega');
  return vega.logger(vega.Warn, undefined, (_method, _level, messages) => {
    throw new Error(`Vega: ${Array.from(messages).join(' ')}`);
  });
}
