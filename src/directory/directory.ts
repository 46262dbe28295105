/** The directory of a fresh deployment, which the first migration makes. */
export const DEFAULT_DIRECTORY = "default";
