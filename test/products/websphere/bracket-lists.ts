// Renders what wsadmin prints as a list, for tests of the parser.
export const renderBracketList = (pairs: readonly (readonly [string, string])[], isTight = false): string => {
  const inner = pairs.map(([name, value]) => `[${name} ${value}]`).join(' ');
  return isTight ? `[${inner} ]` : `[ ${inner} ]`;
};
