// Which wsadmin calls may be made: an explicit list, so that reading code can never change a configuration and writing
// code can change nothing that no operation needs. AdminConfig.save and reset belong to save() and reset() alone.

const READING_OBJECT_CALLS: ReadonlySet<string> = new Set([
  'AdminConfig.queryChanges',
  'AdminConfig.hasChanges',
  'AdminConfig.list',
  'AdminConfig.show',
  'AdminConfig.showAttribute',
  'AdminConfig.getid',
  'AdminControl.queryNames',
  'AdminControl.completeObjectName',
  'AdminControl.getAttribute',
]);

const CHANGING_CALLS: ReadonlySet<string> = new Set([
  'AdminTask.importCertificate',
  'AdminTask.deleteCertificate',
  'AdminTask.addSignerCertificate',
  'AdminTask.deleteSignerCertificate',
  'AdminTask.modifySSLConfig',
  'AdminTask.createSSLConfigGroup',
  'AdminTask.modifySSLConfigGroup',
  'AdminTask.deleteSSLConfigGroup',
]);

/** Every AdminTask.list... and AdminTask.get... reads; listKeyFileAliases does so with a password. */
export const isReadingCall = (call: string): boolean =>
  READING_OBJECT_CALLS.has(call) || /^AdminTask\.(?:list|get)[A-Z]\w*$/u.test(call);

export const isChangingCall = (call: string): boolean => CHANGING_CALLS.has(call);
