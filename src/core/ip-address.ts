// Whether a text is an IP address. The one place that takes it from Node: pure rooms use it too.
import { isIP } from 'node:net';

export const isIpAddress = (text: string): boolean => isIP(text) !== 0;
