// What strictstep keeps on a host, in the home of the user that it works as there: in the words of a POSIX shell.

export const HOST_FOLDER = '$HOME/.strictstep';

/** Files that a piece of work needs for a moment, each in a folder of its own. Not below TMPDIR, where others can put things of
 * the same name: whoever comes after a process that was killed removes all of it. */
export const PRIVATE_FOLDER = `${HOST_FOLDER}/private`;
