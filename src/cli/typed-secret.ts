// How a secret is typed (options of inquirer's password prompt): not even its length is shown, and no key (ctrl+t) that would
// show it.
export const TYPED_SECRET = { mask: false, toggleMask: false } as const;
