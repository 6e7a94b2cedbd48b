// Optional keys: what is undefined is left out, since an optional property of ours is absent or has a value.

type Present<Values> = { readonly [Key in keyof Values]?: Exclude<Values[Key], undefined> };

export const withoutAbsent = <Values extends object>(values: Values): Present<Values> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<Values>;
