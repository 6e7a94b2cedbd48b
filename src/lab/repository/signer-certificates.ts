// AdminTask commands over the signers in a trust store.
import type { CertificateSummary } from '../../core/certificate.ts';
import { summarizeCertificate } from '../../tls/summarize-certificate.ts';
import { renderLines } from './attribute-list.ts';
import { renderCertificate } from './certificate-text.ts';
import type { Command, Commands } from './command.ts';
import { openStoreOption } from './key-stores.ts';
import type { Options } from './options.ts';
import { isTrue } from './options.ts';
import { commandException } from './scripting-exception.ts';
import { aliasOption, found, ONE, readHostFile, refuseDuplicate, STORE } from './store-entries.ts';

const listSignerCertificates: Command = {
  options: STORE,
  execute: (documents, options) =>
    renderLines(
      openStoreOption(documents, options).content.signers.map((one) => renderCertificate(one.alias, one.certificate)),
    ),
};

const getSignerCertificate: Command = {
  options: ONE,
  execute: (documents, options) => {
    const { name, content } = openStoreOption(documents, options);
    const alias = aliasOption(options);
    const entry = found(
      content.signers.find((one) => one.alias === alias),
      alias,
      name,
    );
    return renderCertificate(alias, entry.certificate);
  },
};

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/;

/** Of a bundle only the first certificate is taken (not verified on real WebSphere). */
function readCertificateFile(options: Options): CertificateSummary {
  const path = options.get('certificateFilePath') ?? '';
  const bytes = readHostFile(path);
  const source = isTrue(options, 'base64Encoded') ? PEM.exec(bytes.toString('latin1'))?.[0] : bytes;
  try {
    if (source !== undefined) return summarizeCertificate(source);
  } catch {
    // The message below says the same for every form.
  }
  throw commandException(
    `java.security.cert.CertificateException: ${path} holds no certificate of the form given by base64Encoded`,
  );
}

const addSignerCertificate: Command = {
  options: [...STORE, 'certificateFilePath*', 'certificateAlias*', 'base64Encoded*'],
  execute: (documents, options) => {
    const store = openStoreOption(documents, options);
    const certificate = readCertificateFile(options);
    const alias = aliasOption(options);
    refuseDuplicate(store, alias, certificate);
    store.replace({ ...store.content, signers: [...store.content.signers, { alias, certificate }] });
    return '';
  },
};

const deleteSignerCertificate: Command = {
  options: ONE,
  execute: (documents, options) => {
    const { name, content, replace } = openStoreOption(documents, options);
    const alias = aliasOption(options);
    found(
      content.signers.find((one) => one.alias === alias),
      alias,
      name,
    );
    replace({ ...content, signers: content.signers.filter((one) => one.alias !== alias) });
    return '';
  },
};

export const signerCertificateCommands: Commands = {
  listSignerCertificates,
  getSignerCertificate,
  addSignerCertificate,
  deleteSignerCertificate,
};
