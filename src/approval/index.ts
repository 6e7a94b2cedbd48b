// The door of the room: what the command line uses.
export { approvalsFolder, writeApproval } from './files.ts';
export { judgeApprovals } from './judge.ts';
export { missingApprovals } from './require.ts';
export { checkIdentity } from './statement.ts';
export { parseLifetime, parseWindow } from './times.ts';
export { renderVerdict } from './verdict-text.ts';
export { openWindowWatch, type WindowWatch } from './window-watch.ts';
export { iso, windowLine } from './window-words.ts';
