// bin/setupCmdLine.sh or .bat of a profile: which cell and node it is, and where installation and Java are. Source: shape
// of public copies of the file (WAS_CELL=, WAS_NODE=, SET on Windows); not verified on real WebSphere.

export type CommandLineSetup = {
  readonly cell: string | undefined;
  readonly node: string | undefined;
  /** with slashes, also on Windows */
  readonly installation: string | undefined;
  readonly java: string | undefined;
};

/** A value with a variable in it is not taken. The last of several counts, as in the shell. */
export function parseSetupCommandLine(text: string): CommandLineSetup {
  const valueOf = (name: string): string | undefined => {
    const lines = [...text.matchAll(new RegExp(`^[ \\t]*(?:SET[ \\t]+|export[ \\t]+)?${name}=(.*)$`, 'gimu'))];
    const value = (lines.at(-1)?.[1] ?? '').trim().replaceAll(/^"|"$/gu, '');
    return value === '' || /[$%`]/u.test(value) ? undefined : value.replaceAll('\\', '/').replace(/\/+$/u, '');
  };
  return {
    cell: valueOf('WAS_CELL'),
    node: valueOf('WAS_NODE'),
    installation: valueOf('WAS_HOME'),
    java: valueOf('JAVA_HOME'),
  };
}
