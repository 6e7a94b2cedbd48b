// A list divided into what stays and what is dropped, with the reasons in words.

export type Kept<Item> = {
  readonly kept: readonly Item[];
  readonly dropped: readonly { readonly name: string; readonly reasons: readonly string[] }[];
};

/** What has no reason against it stays. */
export function keepUnobjected<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  reasonsOf: (item: Item) => readonly string[],
): Kept<Item> {
  const judged = items.map((item) => ({ item, name: nameOf(item), reasons: reasonsOf(item) }));
  return {
    kept: judged.filter(({ reasons }) => reasons.length === 0).map(({ item }) => item),
    dropped: judged.filter(({ reasons }) => reasons.length > 0).map(({ name, reasons }) => ({ name, reasons })),
  };
}
