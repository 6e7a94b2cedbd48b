// One HTTPS GET from here, for status pages of the products. Whose certificate it is does not matter for that question,
// so it is not judged; nothing secret is sent and the answer changes nothing.

const MAX_BYTES = 2 ** 18;

export type TextAnswer = { readonly status: number; readonly text: string };

/** @throws Error in words of Node for whatever went wrong below HTTP, and for an answer that is too long
 * @param timeoutMs whole request */
export async function getText(url: string, timeoutMs: number): Promise<TextAnswer> {
  // Loaded by the first request: most runs make none.
  const { get } = await import('node:https');
  return await new Promise((resolve, reject) => {
    const request = get(url, { rejectUnauthorized: false, agent: false, timeout: timeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      let sizeBytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        sizeBytes += chunk.length;
        if (sizeBytes > MAX_BYTES) request.destroy(new Error('the answer is too long for a status page'));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    request.on('close', () => clearTimeout(timer));
    request.on('error', reject);
  });
}
