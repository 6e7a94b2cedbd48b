// Which QoP values and cipher suites the cell knows: the lists of a WAS 9.0.5 level, in the order a live one prints them.

export const PROTOCOL_TYPES: readonly string[] = [
  'SSL_TLSv2',
  'TLS',
  'TLSv1',
  'TLSv1.1',
  'TLSv1.2',
  'TLSv1.3',
  'TLSv1.3,TLSv1.2',
  'SSL_TLS',
  'SSL',
  'SSLv2',
  'SSLv3',
];

/** IBM's JSSE names; HIGH is the default level. Short lists, enough for a lab. */
export const CIPHERS = {
  HIGH: [
    'SSL_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    'SSL_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    'SSL_ECDHE_RSA_WITH_AES_256_CBC_SHA384',
    'SSL_ECDHE_RSA_WITH_AES_128_CBC_SHA256',
    'SSL_ECDHE_RSA_WITH_AES_256_CBC_SHA',
    'SSL_ECDHE_RSA_WITH_AES_128_CBC_SHA',
    'SSL_RSA_WITH_AES_256_GCM_SHA384',
    'SSL_RSA_WITH_AES_128_GCM_SHA256',
    'SSL_RSA_WITH_AES_256_CBC_SHA256',
    'SSL_RSA_WITH_AES_128_CBC_SHA256',
    'SSL_RSA_WITH_AES_256_CBC_SHA',
    'SSL_RSA_WITH_AES_128_CBC_SHA',
  ],
  MEDIUM: ['SSL_RSA_WITH_3DES_EDE_CBC_SHA'],
  LOW: ['SSL_RSA_WITH_NULL_SHA256', 'SSL_RSA_WITH_NULL_SHA'],
} as const;

export const SECURITY_LEVELS: readonly string[] = [...Object.keys(CIPHERS), 'CUSTOM'];
export const ALL_CIPHERS: readonly string[] = Object.values(CIPHERS).flat();
