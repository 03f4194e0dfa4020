export const LENGTH = { name: "length", width: 8 } as const;
