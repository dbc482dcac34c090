// How English counts things.

/** "1 place", "2 places". */
export const many = (count, one, other) => `${count} ${count === 1 ? one : other}`;
