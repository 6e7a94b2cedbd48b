// The text of WebSphere's command-line tools: lines are cut at 80 columns and go on after 11 blanks; messages are known by
// their ids, since the words follow the locale. Seen in public transcripts of WebSphere 7 to 9.

const CONTINUATION = /\r?\n {11}(?=\S)/gu;
const ID = /\b[A-Z]{4,5}\d{4}[IWE]\b/u;

/** Joins every wrapped line to the one it belongs to. */
export const unwrapLines = (text: string): readonly string[] => text.replaceAll(CONTINUATION, ' ').split(/\r?\n/u);

export const messageIdOf = (line: string): string | undefined => ID.exec(line)?.[0];

/** Message ids in the order of the text, each once. */
export const messageIds = (text: string): readonly string[] => [...new Set(text.match(new RegExp(ID, 'gu')) ?? [])];

/** The process id of ADMU3000I "... open for e-business; process id is N" (a long server name moves it to the next line)
 * and of a node agent's ADMU0030I. */
export function processIdOf(text: string): string | undefined {
  const line = unwrapLines(text).find((candidate) => /ADMU3000I|ADMU0030I/u.test(candidate));
  return line === undefined ? undefined : /(?<pid>\d+)\s*$/u.exec(line)?.groups?.['pid'];
}

// From the most to the least telling; the first line that fits the first fitting kind is the cause.
const CAUSES: readonly RegExp[] = [
  /CWPKI0022E|CWPKI0823E/u,
  /SSLHandshakeException|SSLException|fatal alert/u,
  /CWPKI\d{4}E/u,
  /ConnectException|ConnectorNotAvailableException|UnknownHostException|SocketTimeoutException/u,
  /ADMN0022E|WASX7246E|ADMU0113E/u,
  /\b[A-Z]{4,5}\d{4}E\b/u,
  /Exception/u,
];

/** The line that tells why a tool did not do its work. */
export function causeOf(text: string): string | undefined {
  const lines = unwrapLines(text).map((line) => line.trim());
  for (const kind of CAUSES) {
    const line = lines.find((candidate) => kind.test(candidate));
    if (line !== undefined) return line;
  }
  return lines.findLast((line) => line !== '');
}
