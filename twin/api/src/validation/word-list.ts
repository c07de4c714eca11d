/** Splits what the product calls a list: words apart by commas, semicolons, NULs or white space. */
export const splitList = (text: string): string[] => text.split(/[,;\0\s]+/).filter((word) => word !== "");
