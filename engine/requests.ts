import pLimit from 'p-limit';

/** How many requests to a server are on their way at once. */
export const REQUESTS_AT_ONCE = 16;

/**
 * Sends a request about each of many things, some at once; gives the answers in order. After a failure, no more are
 * sent.
 */
export async function requestAll<Item, Answer>(
  items: Iterable<Item>,
  request: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const limit = pLimit(REQUESTS_AT_ONCE);
  try {
    return await limit.map(items, request);
  } finally {
    limit.clearQueue();
  }
}
