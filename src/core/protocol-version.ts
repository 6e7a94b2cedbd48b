// Versions of SSL and TLS, oldest first. Here, and not in the TLS room, since changes to the connectivity model name them.

export const PROTOCOL_VERSIONS = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type ProtocolVersion = (typeof PROTOCOL_VERSIONS)[number];
