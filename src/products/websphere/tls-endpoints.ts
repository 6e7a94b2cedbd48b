// Which named ports of serverindex.xml speak TLS. Source: IBM WebSphere 8.5.5, "Port number settings". A name that is not
// in this table is cleartext or unknown to us and is left alone.

/** probed: strictstep opens a connection to it; unprobed: TLS under IIOP or another protocol, only reported */
export type TlsEndpointKind = 'probed' | 'unprobed';

const TLS_ENDPOINTS: Readonly<Record<string, TlsEndpointKind>> = {
  SOAP_CONNECTOR_ADDRESS: 'probed',
  WC_adminhost_secure: 'probed',
  WC_defaulthost_secure: 'probed',
  PROXY_HTTPS_ADDRESS: 'probed',
  PROXY_SIPS_ADDRESS: 'probed',
  SIP_DEFAULTHOST_SECURE: 'probed',
  OVERLAY_TCP_LISTENER_ADDRESS: 'probed',
  CSIV2_SSL_SERVERAUTH_LISTENER_ADDRESS: 'unprobed',
  CSIV2_SSL_MUTUALAUTH_LISTENER_ADDRESS: 'unprobed',
  SAS_SSL_SERVERAUTH_LISTENER_ADDRESS: 'unprobed',
  SIB_ENDPOINT_SECURE_ADDRESS: 'unprobed',
  SIB_MQ_ENDPOINT_SECURE_ADDRESS: 'unprobed',
  DCS_UNICAST_ADDRESS: 'unprobed',
};

/** Undefined: the endpoint does not speak TLS as far as we know. */
export const tlsEndpointKind = (name: string): TlsEndpointKind | undefined =>
  Object.hasOwn(TLS_ENDPOINTS, name) ? TLS_ENDPOINTS[name] : undefined;

/** TLS that strictstep can probe. */
export const isTlsEndpoint = (name: string): boolean => tlsEndpointKind(name) === 'probed';
