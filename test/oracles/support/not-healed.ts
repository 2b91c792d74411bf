/** Cases and incidents whose node is not as it was when their first fixes have been followed, and why. */

export const notHealed: Readonly<Record<string, string>> = {};
