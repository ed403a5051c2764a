/** What one run may send, besides what is needed to clean up. */
export const MOST_CREATIONS = 6;
export const MOST_CALLS = 80;
