// What a failed administrative call throws: in Java com.ibm.ws.scripting.ScriptingException around the command's own
// exception. Texts without a message id are ours: the ids of the product are not known for them.

const SCRIPTING_EXCEPTION = 'com.ibm.ws.scripting.ScriptingException';
const COMMAND_EXCEPTION = 'com.ibm.websphere.management.cmdframework.CommandException';

export type ScriptingException = Error & { readonly javaClass: string };

export const scriptingException = (text: string): ScriptingException =>
  Object.assign(new Error(text), { javaClass: SCRIPTING_EXCEPTION });

export const commandException = (text: string): ScriptingException =>
  scriptingException(`${COMMAND_EXCEPTION}: ${text}`);

export const isScriptingException = (error: unknown): error is ScriptingException =>
  error instanceof Error && 'javaClass' in error;
