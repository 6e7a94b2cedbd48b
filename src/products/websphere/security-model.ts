// What strictstep needs of a cell's security.xml: flat objects joined by name and scope instead of xmi:id.
// Shape of the file: docs/products/websphere.md.

export type SslConfiguration = {
  readonly alias: string;
  /** "(cell):c1:(node):n1" */
  readonly scope: string;
  /** QoP value as written: SSL_TLS, SSL_TLSv2, TLSv1.2, ... */
  readonly protocol: string;
  readonly securityLevel: string;
  readonly enabledCiphers: string;
  /** its listeners need a client certificate */
  readonly clientAuthentication: boolean;
  /** its listeners ask for one and do without; absent: no */
  readonly clientAuthenticationSupported?: boolean;
  /** certificate aliases that the configuration itself names, for servers and for clients; absent: none */
  readonly keyAliases?: readonly string[];
  readonly keyStore: StoreReference;
  readonly trustStore: StoreReference;
};

export type StoreReference = { readonly name: string; readonly scope: string };

export type SslGroup = {
  readonly name: string;
  readonly scope: string;
  readonly direction: 'inbound' | 'outbound';
  readonly configuration: { readonly alias: string; readonly scope: string };
  readonly certificateAlias: string;
};

export type KeyStoreEntry = {
  readonly name: string;
  readonly scope: string;
  /** as written, with ${CONFIG_ROOT} */
  readonly location: string;
  readonly type: string;
};

export type SecurityModel = {
  readonly configurations: readonly SslConfiguration[];
  readonly groups: readonly SslGroup[];
  readonly keyStores: readonly KeyStoreEntry[];
  /** outbound connections follow a saved change without a restart */
  readonly dynamicUpdate: boolean;
  readonly fipsEnabled: boolean;
  /** com.ibm.websphere.security.FIPSLevel; absent: none */
  readonly fipsLevel?: string;
  /** com.ibm.websphere.tls.disabledAlgorithms as written; absent: not set */
  readonly disabledAlgorithms?: string;
  /** com.ibm.ssl.performURLHostNameVerification: calls to SOAP connectors compare names; absent: no */
  readonly verifiesHostNames?: boolean;
};

/** From serverindex.xml. */
export type ServerEntry = {
  readonly name: string;
  /** APPLICATION_SERVER, PROXY_SERVER, NODE_AGENT, DEPLOYMENT_MANAGER, WEB_SERVER */
  readonly type: string;
  readonly endpoints: readonly { readonly name: string; readonly host: string; readonly port: number }[];
};
